-- How each selected patient's follow-up ended, for one endpoint; from a landmark as survival/counts.
-- Grain: one row a patient, at most $most. months: from infusion, or from the landmark. status: 0 censored, 1 event, 2
-- competing event.
with selected as ({selected})
select patient_id, "group", round({months} - $landmark, 12) as months, {status} as status
from selected
where {months} > $landmark or ({months} = 0 and $landmark = 0)
order by {months}, "patient: number"
limit $most
