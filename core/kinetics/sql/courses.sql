-- Every value of the selected patients in the analytes asked for, each named as analyte, tab and unit.
-- Grain: one row a value. day: since infusion. below: under the limit of the assay, which is then the value. later: after
-- a second infusion or new therapy.
with selected as ({selected}),
again as (
    select patient_id, min(month) * $days as day
    from milestones
    where event in ('second infusion', 'new therapy')
    group by patient_id
)
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
    coalesce(measurements.day > again.day, false) as later
from selected
join measurements using (patient_id)
left join again using (patient_id)
where
    list_contains($analytes, analyte || chr(9) || coalesce(unit, ''))
    and (value is not null or below_limit = 'Yes')
    and "patient: number" < $most
order by number, measurements.day, measurements.rowid
