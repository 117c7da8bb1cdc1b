-- Selected patients with every variable, for the lanes of a figure.
-- Grain: one row a patient of $patients, in the order of the file.
with selected as ({selected})
select selected.*
from selected
join patients using (patient_id)
where list_contains($patients, selected.patient_id)
order by patients.rowid
