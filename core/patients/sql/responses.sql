-- The assessments of the selected patients that count.
-- Grain: one row an assessment of a patient of $patients, in order of time. month: from infusion.
with selected as ({selected})
select
    assessments.patient_id,
    assessments.month,
    cast(assessments.response as varchar) as response,
    cast(assessments.mrd as varchar) as mrd
from selected
join assessments using (patient_id)
where list_contains($patients, assessments.patient_id)
order by assessments.patient_id, assessments.month
