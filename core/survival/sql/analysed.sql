-- The analysis data set: each patient whom the curves of an endpoint show, from a landmark as survival/counts.
-- Grain: one row a patient, in the order of the file. months: from infusion, or from the landmark; status: 0 censored,
-- 1 event, 2 competing event.
with selected as ({selected})
select patient_id, round({months} - $landmark, 12) as months, {status} as status, "group"
from selected
where {months} > $landmark or ({months} = 0 and $landmark = 0)
order by "patient: number"
