-- How follow-up ended in every subgroup for one endpoint.
-- Grain: one row a comparison (variable), its group (subgroup), the selection's group and time. months: from infusion.
with selected as ({selected}),
placed as (select patient_id, "group", {subgroups} from selected)
select
    placed.variable,
    placed.subgroup,
    placed."group",
    endpoints.months,
    count(*) filter (endpoints.status = 1) as events,
    count(*) filter (endpoints.status = 0) as censored,
    count(*) filter (endpoints.status = 2) as competing
from (from placed unpivot (subgroup for variable in (columns(* exclude (patient_id, "group"))))) as placed
join endpoints using (patient_id)
where endpoints.endpoint = $endpoint
group by all
order by all
