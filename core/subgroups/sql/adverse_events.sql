-- Patients of every subgroup whose worst grade of $term (null: of any) is $lowest or more, of those looked at for it.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
with selected as ({selected}),
affected as (
    select "patient: number"
    from worst_grades
    join worst_grade_kinds using (kind)
    where grade_min >= $lowest and term is not distinct from $term and (term is not null or category is null)
),
placed as (
    select "group", affected."patient: number" is not null as "the: affected", {subgroups}
    from selected
    left join affected using ("patient: number")
    anti join unassessed
        on selected."patient: number" = unassessed."patient: number"
        and unassessed.term is not distinct from $term
        and (unassessed.term is not null or unassessed.category is null)
),
-- Patients who are alike in all of this count as one row, or a million of them would be one for each variable.
alike as (select *, count(*) as "the: patients" from placed group by all)
select
    variable,
    subgroup,
    "group",
    cast(sum("the: patients") as bigint) as patients,
    cast(coalesce(sum("the: patients") filter ("the: affected"), 0) as bigint) as affected
from alike
unpivot (subgroup for variable in (columns(* exclude ("group", "the: affected", "the: patients"))))
group by all
order by all
