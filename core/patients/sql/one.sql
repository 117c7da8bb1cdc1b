-- Patients' follow-up, and the variables asked for.
-- Grain: one row a patient of $numbers. months: from infusion. ended: death, alive (censored for OS) or last contact.
with selected as ({selected})
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
from selected
where "patient: number" in (select unnest($numbers))
