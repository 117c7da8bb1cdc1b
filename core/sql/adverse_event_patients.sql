-- Patients with each adverse event, once, at their worst grade.
-- Grain: one row a group and worst grade band of a term; of a category (term null); of any event (both null).
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
terms as ({terms}),
worst as (
    select
        chosen."group",
        chosen.patient_id,
        terms.category,
        adverse_events.term,
        max(adverse_events.grade_min) as grade_min,
        max(adverse_events.grade_max) as grade_max
    from chosen
    join adverse_events using (patient_id)
    join terms using (term)
    group by grouping sets (
        ("group", patient_id, terms.category, adverse_events.term),
        ("group", patient_id, terms.category),
        ("group", patient_id)
    )
)
select "group", category, term, grade_min, grade_max, count(*) as counted
from worst
group by all
order by all
