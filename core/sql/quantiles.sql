-- Median and tertiles of each numeric variable among the selected, where a comparison may cut it.
-- Grain: one row a variable.
with selected as ({selected})
select
    variable,
    quantile_cont(value, 0.5) as median,
    quantile_cont(value, 1 / 3) as lower_tertile,
    quantile_cont(value, 2 / 3) as upper_tertile
from (select {numbers} from selected)
unpivot (value for variable in (columns(*)))
group by all
