-- The adverse events of patients, episode by episode, each with the days since infusion that are recorded.
-- Grain: one row an episode of a patient of $numbers; the terms with the worst grade first, each in order of time.
with selected as ({selected}),
who as (
    select patient_id, "patient: number" as number from selected where "patient: number" in (select unnest($numbers))
),
episodes as (
    select number, term, grade_min, grade_max, onset_day, end_day
    from who
    join adverse_events using (patient_id)
),
worst as (
    select number, term, max(grade_min) as worst_min, max(grade_max) as worst_max
    from episodes
    group by number, term
)
select number, term, worst_min, worst_max, grade_min, grade_max, onset_day, end_day
from episodes
join worst using (number, term)
order by number, worst_min desc, worst_max desc, term, onset_day nulls last
