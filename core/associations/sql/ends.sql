-- How each selected patient's follow-up ended, for one endpoint.
-- Grain: one row a patient of the first $most of the file. months: from infusion. event: whether it ended with the event.
with selected as ({selected})
select patient_id, {months} as months, {status} = 1 as event
from selected
where {months} is not null and "patient: number" < $most
