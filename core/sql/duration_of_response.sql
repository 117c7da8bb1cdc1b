-- How response ended, at each time since the first response of PR or better: progression or death, by PFS.
-- Grain: one row a group and time. months: from first response.
with selected as ({selected})
select
    "group",
    "PFS: months" - "response: month" as months,
    count(*) filter ("PFS: status" = 1) as events,
    count(*) filter ("PFS: status" = 0) as censored,
    count(*) filter ("PFS: status" = 2) as competing
from selected
where "PFS: months" >= "response: month"
group by all
order by all
