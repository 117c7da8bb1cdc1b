-- How response ended, at each time since the first response of PR or better: progression or death, by PFS.
-- Grain: one row a group and time. months: from first response.
with selected as ({selected})
select
    "group",
    "response: lasted_months" as months,
    count(*) filter ("response: lasted_status" = 1) as events,
    count(*) filter ("response: lasted_status" = 0) as censored,
    count(*) filter ("response: lasted_status" = 2) as competing
from selected
where "response: lasted_months" is not null
group by all
order by all
