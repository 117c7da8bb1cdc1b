-- The worst grades that occur, numbered, so that a patient's can stand beside the patient.
-- Grain: one row a grade band of a term; of a category (term null); of any event (both null).
select cast(row_number() over (order by all_kinds) as uinteger) as kind, all_kinds.*
from (select distinct category, term, grade_min, grade_max from worst_grades) as all_kinds
