-- Every patient of the cohort and the group they are in, null for those left out.
-- Grain: one row a patient, in the order of the file; at most $most.
with selected as ({selected})
select patients.patient_id, selected."group"
from patients
left join selected using ("patient: number")
order by patients."patient: number"
limit $most
