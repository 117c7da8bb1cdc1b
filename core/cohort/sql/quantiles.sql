-- Median and tertiles of each numeric variable among the selected, where a comparison may cut it.
-- Grain: one row a variable. _below and _above: the nearest values below each, and not below it; second: the least value
-- but the lowest.
with selected as ({selected}),
numbers as (select variable, value from (select {numbers} from selected) unpivot (value for variable in (columns(*)))),
found as (
    select
        variable,
        quantile_cont(value, 0.5) as median,
        quantile_cont(value, 1 / 3) as lower_tertile,
        quantile_cont(value, 2 / 3) as upper_tertile,
        min(value) as lowest
    from numbers
    group by variable
)
select
    variable,
    any_value(median) as median,
    max(value) filter (value < median) as median_below,
    min(value) filter (value >= median) as median_above,
    any_value(lower_tertile) as lower_tertile,
    max(value) filter (value < lower_tertile) as lower_tertile_below,
    min(value) filter (value >= lower_tertile) as lower_tertile_above,
    any_value(upper_tertile) as upper_tertile,
    max(value) filter (value < upper_tertile) as upper_tertile_below,
    min(value) filter (value >= upper_tertile) as upper_tertile_above,
    any_value(lowest) as lowest,
    min(value) filter (value > lowest) as second
from numbers
join found using (variable)
group by variable
