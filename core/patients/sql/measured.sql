-- Every value of patients in the analytes asked for, each named as analyte, tab and unit.
-- Grain: one row a value of a patient of $numbers. day: since infusion. below: under the limit of the assay.
with selected as ({selected})
select
    analyte || chr(9) || coalesce(unit, '') as analyte,
    patient_id,
    "patient: number" as number,
    "group",
    measurements.day,
    value,
    coalesce(below_limit, 'No') = 'Yes' as below,
    lower_normal,
    upper_normal,
    false as later
from selected
join measurements using (patient_id)
where
    "patient: number" in (select unnest($numbers))
    and list_contains($analytes, analyte || chr(9) || coalesce(unit, ''))
    and (value is not null or below_limit = 'Yes')
order by number, measurements.day, measurements.rowid
