-- The adverse events of one patient, each with its worst grades and days since infusion (null where none is recorded).
-- Grain: one row a term of the patient $number, most severe first.
with selected as ({selected})
select
    term,
    max(grade_min) as grade_min,
    max(grade_max) as grade_max,
    min(onset_day) as onset_day,
    if(count(end_day) = count(*), max(end_day), null) as end_day,
    count(*) as episodes
from selected
join adverse_events using (patient_id)
where "patient: number" = $number
group by term
order by grade_min desc, grade_max desc, term
