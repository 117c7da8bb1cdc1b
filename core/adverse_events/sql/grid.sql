-- The worst grade of each patient for each of $terms, the patients with most severe and then most terms first.
-- Grain: one row a patient and term (term null for a patient with none of them); at most $most patients.
with selected as ({selected}),
chosen as (select patient_id, "patient: number", "group" from selected),
worst as (
    select "patient: number", term, grade_min, grade_max
    from worst_grades
    join worst_grade_kinds using (kind)
    where list_contains($terms, term)
),
burdened as (
    select
        chosen.patient_id,
        chosen."patient: number",
        chosen."group",
        count(*) filter (worst.grade_min >= 3) as severe,
        count(worst.term) as terms
    from chosen
    left join worst using ("patient: number")
    group by all
),
ranked as (
    select
        patient_id,
        "patient: number",
        "group",
        row_number() over (
            order by severe desc, terms desc, try_cast(patient_id as bigint), patient_id
        ) as place
    from burdened
)
select ranked.patient_id, ranked."group", worst.term, worst.grade_min, worst.grade_max
from ranked
left join worst using ("patient: number")
where ranked.place <= $most
order by ranked."group", ranked.place, worst.term
