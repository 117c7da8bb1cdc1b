-- Patients given each of $treatments, dated or not.
-- Grain: one row a group and treatment.
with selected as ({selected})
select selected."group", milestones.event as treatment, count(distinct patient_id) as patients
from selected
join milestones using (patient_id)
where list_contains($treatments, milestones.event)
group by all
order by all
