-- Patients with each adverse event, once, at their worst grade.
-- Grain: one row a group and worst grade band of a term; of a category (term null); of any event (both null).
with selected as ({selected}),
each as (select "group", unnest("worst: kinds") as kind from selected),
counted as (select "group", kind, count(*) as counted from each group by all)
select "group", category, term, grade_min, grade_max, counted
from counted
join worst_grade_kinds using (kind)
order by all
