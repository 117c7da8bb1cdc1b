-- Median and range of each numeric variable among the selected, in the variable's unit.
-- Grain: one row a group and variable.
with selected as ({selected}),
numbers as (select "group", {numbers} from selected)
select
    "group",
    variable,
    count(value) as patients,
    count(*) - count(value) as missing,
    quantile_cont(value, 0.5) as median,
    min(value) as lowest,
    max(value) as highest,
    coalesce(bool_and(value = floor(value)), true) as whole
from numbers
unpivot include nulls (value for variable in (columns(* exclude ("group"))))
group by all
