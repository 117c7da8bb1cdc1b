-- The worst grade of each patient for each of $terms, the patients with most severe and then most terms first.
-- Grain: one row a patient and term (term null for a patient with none of them); at most $most patients.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
worst as (
    select patient_id, term, max(grade_min) as grade_min, max(grade_max) as grade_max
    from adverse_events
    where list_contains($terms, term)
    group by patient_id, term
),
burdened as (
    select
        chosen.patient_id,
        chosen."group",
        count(*) filter (worst.grade_min >= 3) as severe,
        count(worst.term) as terms
    from chosen
    left join worst using (patient_id)
    group by all
),
ranked as (
    select
        patient_id,
        "group",
        row_number() over (
            order by severe desc, terms desc, try_cast(patient_id as bigint), patient_id
        ) as place
    from burdened
)
select ranked.patient_id, ranked."group", worst.term, worst.grade_min, worst.grade_max
from ranked
left join worst using (patient_id)
where ranked.place <= $most
order by ranked."group", ranked.place, worst.term
