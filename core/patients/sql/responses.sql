-- The assessments of the selected patients that count.
-- Grain: one row an assessment of a patient of $numbers, in order of time. month: from infusion, null where not dated.
with selected as ({selected}),
shown as (select patient_id from selected where "patient: number" in (select unnest($numbers)))
select
    assessments.patient_id,
    assessments.month,
    cast(assessments.response as varchar) as response,
    cast(assessments.mrd as varchar) as mrd
from shown
join assessments using (patient_id)
where assessments.response is not null or assessments.month is not null
order by assessments.patient_id, assessments.month
