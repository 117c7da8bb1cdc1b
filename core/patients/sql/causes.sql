-- Of what the selected patients died, where a cause of death is recorded.
-- Grain: one row a patient of $numbers.
with selected as ({selected})
select patient_id, endpoints.cause
from selected
join endpoints using (patient_id)
where
    "patient: number" in (select unnest($numbers))
    and endpoints.endpoint = 'OS'
    and endpoints.status = 1
    and endpoints.cause is not null
order by "patient: number"
