-- Response in every subgroup: of each comparison's groups, those of the selection's own comparison.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
-- overall and complete count patients whose best response is PR or better, CR or better.
with selected as ({selected}),
placed as (select "group", "response: best" as "the: best", {subgroups} from selected)
select
    variable,
    subgroup,
    "group",
    count(*) as patients,
    count(*) filter ("the: best" in ('sCR', 'CR', 'VGPR', 'PR')) as overall,
    count(*) filter ("the: best" in ('sCR', 'CR')) as complete
from placed
unpivot (subgroup for variable in (columns(* exclude ("group", "the: best"))))
group by all
order by all
