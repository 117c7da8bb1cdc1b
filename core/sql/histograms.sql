-- Patients in each of $bins equal bins of each numeric variable, over the range of the whole cohort;
-- bin null counts empty cells.
-- Grain: one row a variable and bin.
with selected as ({selected}),
chosen as (
    select variable, value
    from (select {numbers} from selected)
    unpivot include nulls (value for variable in (columns(*)))
),
extent as (
    select variable, min(value) as low, max(value) as high
    from (select {numbers} from patients)
    unpivot (value for variable in (columns(*)))
    group by variable
)
select
    variable,
    case
        when value is null then null
        else least(cast(floor(coalesce($bins * (value - low) / nullif(high - low, 0), 0)) as integer), $bins - 1)
    end as bin,
    count(*) as patients
from chosen
left join extent using (variable)
group by all
