-- The selected patients with how long they were followed and how it ended.
-- Grain: one row a patient, longest follow-up first within a group; at most $most. months: from infusion.
with selected as ({selected}),
survival as (select patient_id, months, status from endpoints where endpoint = 'OS'),
progression as (
    select patient_id, months
    from endpoints
    where endpoint in ('PFS', 'Relapse') and status = 1 and coalesce(cause, 'progression') in ('progression', 'relapse')
),
progressed as (select patient_id, min(months) as months from progression group by patient_id),
followed as (select patient_id, max(months) as months from endpoints group by patient_id)
select
    selected.patient_id,
    selected."group",
    coalesce(survival.months, followed.months) as followed_months,
    coalesce(survival.status = 1, false) as died,
    progressed.months as progressed_months
from selected
left join survival using (patient_id)
left join followed using (patient_id)
left join progressed using (patient_id)
order by selected."group", followed_months desc, selected.patient_id
limit $most
