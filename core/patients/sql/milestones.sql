-- Dated milestones of the selected patients.
-- Grain: one row an event of a patient of $patients. month: from infusion.
with selected as ({selected})
select milestones.patient_id, milestones.month, milestones.event
from selected
join milestones using (patient_id)
where milestones.month is not null and list_contains($patients, milestones.patient_id)
order by milestones.patient_id, milestones.month
