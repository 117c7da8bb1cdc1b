-- The selected patients with how long they were followed and how it ended.
-- Grain: one row a patient, longest follow-up first within a group; at most $most, taken from all groups alike.
-- months: from infusion. ended: death, alive (censored for OS) or last contact (no OS recorded).
with selected as ({selected}),
survival as (select patient_id, months, status from endpoints where endpoint = 'OS'),
followed as (
    select
        patient_id,
        max(months) as months,
        bool_or(status > 0 and (endpoint = 'OS' or lower(cause) = 'death')) as died
    from endpoints
    group by patient_id
),
progression as ({progressed}),
lanes as (
    select
        selected.patient_id,
        selected."group",
        coalesce(survival.months, followed.months) as followed_months,
        case
            when followed.died then 'death'
            when survival.status = 0 then 'alive'
            else 'last contact'
        end as ended,
        progression.months as progressed_months,
        row_number() over (
            partition by selected."group"
            order by coalesce(survival.months, followed.months) desc, selected.patient_id
        ) as place
    from selected
    left join survival using (patient_id)
    left join followed using (patient_id)
    left join progression using (patient_id)
),
taken as (
    select * exclude (place)
    from lanes
    order by place, "group"
    limit $most
)
select *
from taken
order by "group", followed_months desc, patient_id
