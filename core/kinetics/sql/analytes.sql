-- What is measured in time in the selected patients, in the order of the file; values in two units are two analytes.
-- Grain: one row an analyte and unit. least and most: of its values above the limit of the assay.
with selected as ({selected})
select
    analyte,
    coalesce(unit, '') as unit,
    count(distinct patient_id) as patients,
    count(*) as samples,
    min(value) filter (value > 0 and coalesce(below_limit, 'No') = 'No') as least,
    max(value) as most
from measurements
semi join selected using (patient_id)
where value is not null or below_limit = 'Yes'
group by all
order by min(measurements.rowid)
