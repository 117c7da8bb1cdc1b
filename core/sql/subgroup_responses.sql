-- Response in every subgroup: of each comparison's groups, those of the selection's own comparison.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
-- overall and complete count patients whose best response is PR or better, CR or better.
with selected as ({selected}),
placed as (select patient_id, "group", {subgroups} from selected),
assessed as ({assessed})
select
    placed.variable,
    placed.subgroup,
    placed."group",
    count(*) as patients,
    count(*) filter (assessed.best in ('sCR', 'CR', 'VGPR', 'PR')) as overall,
    count(*) filter (assessed.best in ('sCR', 'CR')) as complete
from (from placed unpivot (subgroup for variable in (columns(* exclude (patient_id, "group"))))) as placed
left join assessed using (patient_id)
group by all
order by all
