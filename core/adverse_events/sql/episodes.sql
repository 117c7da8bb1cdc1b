-- Adverse events, each episode counted.
-- Grain: one row a group and grade band of a term; of a category (term null); of any event (both null).
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
terms as ({terms})
select
    chosen."group",
    terms.category,
    adverse_events.term,
    adverse_events.grade_min,
    adverse_events.grade_max,
    count(*) as counted
from chosen
join adverse_events using (patient_id)
join terms using (term)
group by grouping sets (
    ("group", terms.category, adverse_events.term, grade_min, grade_max),
    ("group", terms.category, grade_min, grade_max),
    ("group", grade_min, grade_max)
)
order by all
