-- Response in every subgroup: of each comparison's groups, those of the selection's own comparison.
-- Grain: one row a comparison (variable), its group (subgroup) and the selection's group.
-- overall and complete count patients whose best response is PR or better, CR or better.
with selected as ({selected}),
placed as (select "group", "response: best" as "the: best", {subgroups} from selected),
-- Patients who are alike in all of this count as one row, or a million of them would be one for each variable.
alike as (select *, count(*) as "the: patients" from placed group by all)
select
    variable,
    subgroup,
    "group",
    cast(sum("the: patients") as bigint) as patients,
    cast(coalesce(sum("the: patients") filter ("the: best" in ('sCR', 'CR', 'VGPR', 'PR')), 0) as bigint) as overall,
    cast(coalesce(sum("the: patients") filter ("the: best" in ('sCR', 'CR')), 0) as bigint) as complete
from alike
unpivot (subgroup for variable in (columns(* exclude ("group", "the: best", "the: patients"))))
group by all
order by all
