-- The selected patients with every variable.
-- Grain: one row a patient, in the order of the file; at most $most.
with selected as ({selected})
select selected.*
from selected
join patients using (patient_id)
order by patients.rowid
limit $most
