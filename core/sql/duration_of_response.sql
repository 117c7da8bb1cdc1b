-- How response ended, at each time since the first response of PR or better: progression or death, by PFS.
-- Grain: one row a group and time. months: from first response.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
assessed as ({assessed})
select
    chosen."group",
    endpoints.months - assessed.response_month as months,
    count(*) filter (endpoints.status = 1) as events,
    count(*) filter (endpoints.status = 0) as censored,
    count(*) filter (endpoints.status = 2) as competing
from chosen
join assessed using (patient_id)
join endpoints using (patient_id)
where endpoints.endpoint = 'PFS' and endpoints.months >= assessed.response_month
group by all
order by all
