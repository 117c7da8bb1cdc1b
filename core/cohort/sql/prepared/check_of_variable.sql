-- Patients whose value of a variable is not what the assessments that count say, or a percentage that none is.
-- Grain: one row a patient.
select patient_id
from patients
where {odd}
order by "patient: number"
