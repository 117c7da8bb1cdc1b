-- The selected patients with the variables asked for, their best response and the worst grade of cytokine release.
-- Grain: one row a patient of the first $most of the file, in its order. responded: PR or better; null where no response
-- was assessed. crs_grade: such as 1–2; null where cytokine release is not recorded.
with selected as ({selected}),
best as (
    select patient_id, min(response) as response
    from assessments
    where response is not null
    group by patient_id
),
release as (
    select "patient: number", grade_min, grade_max
    from worst_grades
    join worst_grade_kinds using (kind)
    where term = $crs
)
select
    selected.patient_id,
    selected."patient: number" as number,
    cast(best.response as varchar) as best_response,
    release.grade_min as crs_min,
    release.grade_max as crs_max,
    {covariates}
from selected
left join best using (patient_id)
left join release using ("patient: number")
where selected."patient: number" < $most
order by number
