-- Every value of the selected patients in the analytes asked for, each named as analyte, tab and unit.
-- Grain: one row a value of a patient whose place in the file is $first to $last. day: since infusion. below: under the
-- limit of the assay, which is then the value. later: after a second infusion or new therapy.
with selected as ({selected}),
who as (select patient_id, "patient: number" as number, "group" from selected where "patient: number" between $first and $last),
again as ({again})
select
    analyte || chr(9) || coalesce(unit, '') as analyte,
    patient_id,
    number,
    "group",
    measurements.day,
    value,
    coalesce(below_limit, 'No') = 'Yes' as below,
    lower_normal,
    upper_normal,
    coalesce(measurements.day > again.month * $days, false) as later
from who
join measurements using (patient_id)
left join again using (patient_id)
where
    list_contains($analytes, analyte || chr(9) || coalesce(unit, ''))
    and (value is not null or below_limit = 'Yes')
order by number, measurements.day, measurements.rowid
