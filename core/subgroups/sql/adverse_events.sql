-- Patients of every subgroup whose worst grade of $term (null: of any) is $lowest or more.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
with selected as ({selected}),
affected as (
    select "patient: number"
    from worst_grades
    where grade_min >= $lowest and term is not distinct from $term and (term is not null or category is null)
),
placed as (
    select "group", affected."patient: number" is not null as "the: affected", {subgroups}
    from selected
    left join affected using ("patient: number")
)
select
    variable,
    subgroup,
    "group",
    count(*) as patients,
    count(*) filter ("the: affected") as affected
from placed
unpivot (subgroup for variable in (columns(* exclude ("group", "the: affected"))))
group by all
order by all
