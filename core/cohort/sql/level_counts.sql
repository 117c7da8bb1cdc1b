-- Patients at each level of each category or flag and in each bin of each number among the selected; an empty cell has
-- level null. Bins are numbered from 0, of equal width over the range of the whole cohort.
-- Grain: one row a group, variable and level.
with selected as ({selected}),
texts as (select "group", {levels} from selected)
select "group", variable, level, count(*) as patients
from texts
unpivot include nulls (level for variable in (columns(* exclude ("group"))))
group by all
