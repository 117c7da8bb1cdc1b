-- The selected patients and the group they are in, of the first $most patients of the file, in its order.
-- Grain: one row a patient. number: the patient's place in the file, from 0.
with selected as ({selected})
select "patient: number" as number, patient_id, "group"
from selected
where "patient: number" < $most
order by number
