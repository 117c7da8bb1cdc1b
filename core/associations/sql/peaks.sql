-- The highest value since infusion of each selected patient in the analytes asked for, each named as analyte, tab and
-- unit; below the limit of the assay is 0, and what came after a second infusion or new therapy does not count.
-- Grain: one row a patient of the first $most of the file and an analyte of which there is a value.
with selected as ({selected}),
who as (select patient_id from selected where "patient: number" < $most),
again as ({again})
select
    who.patient_id,
    analyte || chr(9) || coalesce(unit, '') as analyte,
    max(if(coalesce(below_limit, 'No') = 'Yes', 0, value)) as peak
from who
join measurements using (patient_id)
left join again using (patient_id)
where
    list_contains($analytes, analyte || chr(9) || coalesce(unit, ''))
    and (value is not null or below_limit = 'Yes')
    and measurements.day >= 0
    and coalesce(measurements.day <= again.month * $days, true)
group by all
