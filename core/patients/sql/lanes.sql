-- The selected patients with how long they were followed and how it ended.
-- Grain: one row a patient, longest follow-up first within a group; at most $most, taken from all groups alike.
-- months: from infusion. ended: death, alive (censored for OS) or last contact (no OS recorded).
with selected as ({selected}),
lanes as (
    select
        patient_id,
        "group",
        coalesce("OS: months", "followed: last_month") as followed_months,
        case
            when "followed: died" then 'death'
            when "OS: status" = 0 then 'alive'
            else 'last contact'
        end as ended,
        "progressed: month" as progressed_months
    from selected
),
ranked as (
    select
        *,
        row_number() over (partition by "group" order by followed_months desc, patient_id) as place
    from lanes
),
taken as (
    select * exclude (place)
    from ranked
    order by place, "group"
    limit $most
)
select *
from taken
order by "group", followed_months desc, patient_id
