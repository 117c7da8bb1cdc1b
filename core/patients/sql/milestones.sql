-- Dated milestones of the selected patients.
-- Grain: one row an event of a patient of $numbers. month: from infusion.
with selected as ({selected}),
shown as (select patient_id from selected where "patient: number" in (select unnest($numbers)))
select milestones.patient_id, milestones.month, milestones.event
from shown
join milestones using (patient_id)
where milestones.month is not null
order by milestones.patient_id, milestones.month
