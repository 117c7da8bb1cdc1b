-- How follow-up ended, at each time, for one endpoint; with a landmark the clock starts there and
-- those who had left by then (event or censored at or before it) are not counted.
-- Grain: one row a group and time. months: from infusion, or from the landmark.
with selected as ({selected})
select
    selected."group",
    endpoints.months - $landmark as months,
    count(*) filter (endpoints.status = 1) as events,
    count(*) filter (endpoints.status = 0) as censored,
    count(*) filter (endpoints.status = 2) as competing
from selected
join endpoints using (patient_id)
where endpoints.endpoint = $endpoint and (endpoints.months > $landmark or $landmark = 0)
group by all
order by all
