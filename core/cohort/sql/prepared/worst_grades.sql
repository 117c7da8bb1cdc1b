-- The worst grade of each patient. No filter changes it, so it is worked out once, when the cohort is opened.
-- Grain: one row a patient and term that the patient had; and category (term null); and any event (both null).
-- onset: day of the first episode; duration: of the longest dated episode, both its days counted.
with terms as ({terms}),
numbered as (select patient_id, rowid as "patient: number" from patients)
select
    numbered."patient: number",
    terms.category,
    adverse_events.term,
    max(adverse_events.grade_min) as grade_min,
    max(adverse_events.grade_max) as grade_max,
    min(adverse_events.onset_day) as onset,
    max(adverse_events.end_day - adverse_events.onset_day + 1) as duration
from adverse_events
join numbered using (patient_id)
join terms using (term)
group by numbered."patient: number", grouping sets ((terms.category, adverse_events.term), (terms.category), ())
