-- How follow-up ended in every subgroup for one endpoint.
-- Grain: one row a comparison (variable), its group (subgroup), the selection's group and time. months: from infusion.
with selected as ({selected}),
placed as (select "group", {months} as "the: months", {status} as "the: status", {subgroups} from selected)
select
    variable,
    subgroup,
    "group",
    "the: months" as months,
    count(*) filter ("the: status" = 1) as events,
    count(*) filter ("the: status" = 0) as censored,
    count(*) filter ("the: status" = 2) as competing
from placed
unpivot (subgroup for variable in (columns(* exclude ("group", "the: months", "the: status"))))
where "the: months" is not null
group by all
order by all
