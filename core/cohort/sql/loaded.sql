-- How many rows each table holds of the selected patients.
-- Grain: one row a table.
with selected as ({selected}),
who as (select patient_id from selected)
select 'patients' as table_name, count(*) as rows
from who
union all
select 'endpoints', count(*)
from endpoints join who using (patient_id)
union all
select 'responses', count(*)
from responses join who using (patient_id)
union all
select 'milestones', count(*)
from milestones join who using (patient_id)
union all
select 'adverse_events', count(*)
from adverse_events join who using (patient_id)
union all
select 'measurements', count(*)
from measurements join who using (patient_id)
