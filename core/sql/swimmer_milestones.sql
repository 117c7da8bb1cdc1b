-- Dated milestones of the selected patients.
-- Grain: one row an event. month: from infusion.
with selected as ({selected})
select milestones.patient_id, milestones.month, milestones.event, milestones.detail
from selected
join milestones using (patient_id)
where milestones.month is not null
order by milestones.patient_id, milestones.month
