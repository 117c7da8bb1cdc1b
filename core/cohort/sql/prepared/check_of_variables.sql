-- Patients of whom a value of a variable is not what the assessments that count say, or a percentage that none is.
-- Grain: one row a patient for whom one of the conditions holds, with all of them in order.
select patient_id, held
from (select patient_id, "patient: number", [{odd}] as held from patients)
where list_contains(held, true)
order by "patient: number"
