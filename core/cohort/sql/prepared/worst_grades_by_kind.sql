-- The worst grades, each by its number among `worst_grade_kinds` in place of its words.
-- Grain: one row a patient and kind of worst grade. onset, duration: as in worst_grades.
select worst_grades."patient: number", kinds.kind, worst_grades.onset, worst_grades.duration
from worst_grades
join worst_grade_kinds as kinds
    on worst_grades.category is not distinct from kinds.category
    and worst_grades.term is not distinct from kinds.term
    and worst_grades.grade_min is not distinct from kinds.grade_min
    and worst_grades.grade_max is not distinct from kinds.grade_max
