-- Who had left before the landmark, and how: the patients that a landmark analysis cannot include.
-- Grain: one row a group and status (0 censored, 1 event, 2 competing event).
with selected as ({selected})
select selected."group", endpoints.status, count(*) as patients
from selected
join endpoints using (patient_id)
where endpoints.endpoint = $endpoint and endpoints.months <= $landmark and $landmark > 0
group by all
order by all
