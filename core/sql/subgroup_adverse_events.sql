-- Patients of every subgroup whose worst grade of $term (null: of any) is $lowest or more.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
with selected as ({selected}),
placed as (select patient_id, "group", {subgroups} from selected),
affected as (
    select distinct patient_id
    from adverse_events
    where grade_min >= $lowest and ($term is null or term = $term)
)
select
    placed.variable,
    placed.subgroup,
    placed."group",
    count(*) as patients,
    count(affected.patient_id) as affected
from (from placed unpivot (subgroup for variable in (columns(* exclude (patient_id, "group"))))) as placed
left join affected using (patient_id)
group by all
order by all
