-- Response assessments of the selected patients.
-- Grain: one row an assessment of a patient of $patients, in order of time. month: from infusion.
with selected as ({selected})
select
    responses.patient_id,
    responses.month,
    cast(responses.response as varchar) as response,
    cast(responses.mrd as varchar) as mrd
from selected
join responses using (patient_id)
where list_contains($patients, responses.patient_id)
order by responses.patient_id, responses.month
