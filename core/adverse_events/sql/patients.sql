-- Patients with each adverse event, once, at their worst grade.
-- Grain: one row a group and worst grade band of a term; of a category (term null); of any event (both null).
with selected as ({selected}),
chosen as (select "patient: number", "group" from selected),
counted as (
    select chosen."group", category, term, grade_min, grade_max, count(*) as counted
    from chosen
    join worst_grades using ("patient: number")
    group by all
)
select "group", cast(category as varchar) as category, cast(term as varchar) as term, grade_min, grade_max, counted
from counted
order by all
