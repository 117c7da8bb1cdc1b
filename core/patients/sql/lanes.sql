-- The selected patients with how long they were followed, how it ended, and the variables asked for.
-- Grain: one row a patient, longest follow-up first within a group, then in the order of the file; at most $most, taken
-- from all groups alike. months: from infusion. ended: death, alive (censored for OS) or last contact (no OS recorded).
-- number: by which the patient's events are asked for.
with selected as ({selected}),
longest as (
    -- The longest of each group without sorting all of them.
    select
        "group",
        max({'months': coalesce("OS: months", "followed: last_month", -1), 'number': -"patient: number"}, $most) as lanes
    from selected
    group by "group"
),
ranked as (
    select "group", -one.number as "patient: number", one.months as months
    from (select "group", unnest(lanes) as one from longest)
),
taken as (
    select "group", "patient: number"
    from ranked
    order by row_number() over (partition by "group" order by months desc, "patient: number"), "group"
    limit $most
)
select
    patient_id,
    "patient: number" as number,
    "group",
    coalesce("OS: months", "followed: last_month") as followed_months,
    case
        when "followed: died" then 'death'
        when "OS: status" = 0 then 'alive'
        else 'last contact'
    end as ended,
    "progressed: month" as progressed_months,
    {covariates}
from taken
join patients using ("patient: number")
order by "group", followed_months desc, number
