-- How one patient's follow-up ended, for one endpoint; from a landmark as survival/counts.
-- Grain: one row of the patient $patient, if selected. months: from infusion, or from the landmark.
with selected as ({selected})
select "group", round({months} - $landmark, 12) as months, {status} as status
from selected
where patient_id = $patient and ({months} > $landmark or ({months} = 0 and $landmark = 0))
