-- How response ended, at each time since the first response of PR or better: progression or death, by PFS.
-- Grain: one row a group and time. months: from first response.
with selected as ({selected})
select
    "group",
    "duration: months" as months,
    count(*) filter ("duration: status" = 1) as events,
    count(*) filter ("duration: status" = 0) as censored,
    count(*) filter ("duration: status" = 2) as competing
from selected
where "duration: months" is not null
group by all
order by all
