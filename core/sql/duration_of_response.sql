-- How response ended, at each time since the first response of PR or better: progression or death, by PFS.
-- Grain: one row a group and time. months: from first response.
with selected as ({selected}),
first_response as (
    select patient_id, min(month) as month
    from responses
    where response in ('sCR', 'CR', 'VGPR', 'PR')
    group by patient_id
)
select
    selected."group",
    endpoints.months - first_response.month as months,
    count(*) filter (endpoints.status = 1) as events,
    count(*) filter (endpoints.status = 0) as censored,
    count(*) filter (endpoints.status = 2) as competing
from selected
join first_response using (patient_id)
join endpoints using (patient_id)
where endpoints.endpoint = 'PFS' and endpoints.months >= first_response.month
group by all
order by all
