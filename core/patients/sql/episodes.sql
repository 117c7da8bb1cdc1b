-- The adverse events of one patient, episode by episode, each with the days since infusion that are recorded.
-- Grain: one row an episode of the patient $number; the terms with the worst grade first, each in order of time.
with selected as ({selected}),
episodes as (
    select term, grade_min, grade_max, onset_day, end_day
    from selected
    join adverse_events using (patient_id)
    where "patient: number" = $number
),
worst as (select term, max(grade_min) as worst_min, max(grade_max) as worst_max from episodes group by term)
select episodes.term, worst_min, worst_max, grade_min, grade_max, onset_day, end_day
from episodes
join worst using (term)
order by worst_min desc, worst_max desc, term, onset_day nulls last
