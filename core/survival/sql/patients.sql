-- How each patient's follow-up ended, for one endpoint, with the variables asked for; from a landmark as survival/counts.
-- Grain: one row a patient, at most $most. months: from infusion, or from the landmark; event: whether it ended so.
with selected as ({selected})
select {covariates}, round({months} - $landmark, 12) as months, {status} = 1 as event
from selected
where {months} > $landmark or ({months} = 0 and $landmark = 0)
order by {months}, patient_id
limit $most
