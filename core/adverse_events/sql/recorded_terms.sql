-- The adverse events that the cohort looked for or recorded.
-- Grain: one row a term, in the order of the files. exact: the grade of every event is known, not only its band;
-- dated: an onset is recorded; gradings: the scales it was graded on; unlooked: some patients were not looked at for it.
with terms as ({terms}),
recorded as (
    select
        term,
        bool_and(grade_min = grade_max) as exact,
        bool_or(onset_day is not null) as dated,
        string_agg(distinct grading, ', ' order by grading) as gradings
    from adverse_events
    group by term
)
select
    terms.term,
    terms.category,
    coalesce(recorded.gradings, adverse_event_terms.grading, '') as gradings,
    coalesce(recorded.exact, true) as exact,
    coalesce(recorded.dated, false) as dated,
    coalesce(adverse_event_terms.note, '') as note,
    exists (select 1 from unassessed where unassessed.term = terms.term) as unlooked
from terms
left join recorded using (term)
left join adverse_event_terms using (term)
order by terms.place
