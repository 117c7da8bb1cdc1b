-- The selected patients with the variables asked for, their best response and the worst grade of cytokine release.
-- Grain: one row a patient of the first $most of the file, in its order. responded: PR or better; null where no response
-- was assessed. crs_grade: such as 1–2; null where cytokine release is not recorded; crs_looked_for: whether it was.
with selected as ({selected}),
who as (select * from selected where "patient: number" < $most),
best as (
    select patient_id, min(response) as "best: response"
    from assessments
    where response is not null
    group by patient_id
),
release as (
    select "patient: number", grade_min as "crs: min", grade_max as "crs: max"
    from worst_grades
    join worst_grade_kinds using (kind)
    where term = $crs
)
select
    who.patient_id,
    cast("best: response" as varchar) as best_response,
    "crs: min" as crs_min,
    "crs: max" as crs_max,
    not exists (
        select 1 from unassessed where unassessed."patient: number" = who."patient: number" and unassessed.term = $crs
    ) as crs_looked_for,
    {covariates}
from who
left join best using (patient_id)
left join release using ("patient: number")
order by who."patient: number"
