-- What else happened to patients, by milestone, dated or not.
-- Grain: one row a milestone of a patient of $numbers. month: from infusion.
with selected as ({selected}),
who as (
    select patient_id, "patient: number" as number from selected where "patient: number" in (select unnest($numbers))
)
select number, event, month, coalesce(detail, '') as detail
from who
join milestones using (patient_id)
order by number, month nulls last, event
