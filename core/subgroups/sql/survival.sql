-- How follow-up ended in every subgroup for one endpoint.
-- Grain: one row a comparison (variable), its group (subgroup), the selection's group and time. months: from infusion.
with selected as ({selected}),
placed as (select "group", {ending} as "the: ending", {subgroups} from selected where {ending} is not null),
counted as (
    select variable, subgroup, "group", "the: ending" as ending, count(*) as patients
    from placed
    unpivot (subgroup for variable in (columns(* exclude ("group", "the: ending"))))
    group by all
)
select
    variable,
    subgroup,
    "group",
    months,
    cast(coalesce(sum(patients) filter (status = 1), 0) as bigint) as events,
    cast(coalesce(sum(patients) filter (status = 0), 0) as bigint) as censored,
    cast(coalesce(sum(patients) filter (status = 2), 0) as bigint) as competing
from counted
join ends using (ending)
group by all
order by all
