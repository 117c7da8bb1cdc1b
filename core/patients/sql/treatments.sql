-- What else happened to one patient, by milestone, dated or not.
-- Grain: one row a milestone of the patient $number. month: from infusion.
with selected as ({selected})
select event, month, coalesce(detail, '') as detail
from selected
join milestones using (patient_id)
where "patient: number" = $number
order by month nulls last, event
