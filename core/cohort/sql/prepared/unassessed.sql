-- Who was not looked at for an adverse event and has none recorded: in no denominator of its line. No filter changes it.
-- Grain: one row a patient and term; and category (term null) none of whose terms was looked for; and any event (both
-- null) where none at all was.
with terms as ({terms}),
missed as (
    select not_assessed.patient_id, terms.category, terms.term
    from not_assessed
    join terms using (term)
    anti join adverse_events
        on adverse_events.patient_id = not_assessed.patient_id and adverse_events.term = not_assessed.term
),
counted as (
    select patient_id, category, term, count(*) as missed
    from missed
    group by patient_id, grouping sets ((category, term), (category), ())
),
whole as (
    select category, term, count(*) as terms
    from terms
    group by grouping sets ((category, term), (category), ())
)
select patients.rowid as "patient: number", counted.category, counted.term
from counted
join whole
    on counted.category is not distinct from whole.category
    and counted.term is not distinct from whole.term
    and counted.missed = whole.terms
join patients using (patient_id)
