-- Patients given each of $treatments, dated or not.
-- Grain: one row a group and treatment.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected)
select chosen."group", lower(milestones.event) as treatment, count(distinct patient_id) as patients
from chosen
join milestones using (patient_id)
where list_contains($treatments, lower(milestones.event))
group by all
order by all
