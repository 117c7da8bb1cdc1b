-- What else happened to patients, by milestone, dated or not.
-- Grain: one row a milestone of a patient of $numbers. month: from infusion.
with selected as ({selected})
select "patient: number" as number, event, month, coalesce(detail, '') as detail
from selected
join milestones using (patient_id)
where "patient: number" in (select unnest($numbers))
order by number, month nulls last, event
