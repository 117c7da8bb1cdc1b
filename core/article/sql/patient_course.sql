-- What is told of one patient's course, in months from infusion; a second infusion and treatments where there are any.
-- Grain: one row of the patient $patient.
with selected as ({selected})
select
    (
        select cast(min(response) as varchar) from assessments where assessments.patient_id = selected.patient_id
    ) as best_response,
    "progressed: month" as progressed,
    "OS: months" as followed,
    coalesce("OS: status" = 1, false) as died,
    (
        select min(month) from milestones
        where milestones.patient_id = selected.patient_id and event = 'second infusion'
    ) as again,
    coalesce(
        (select string_agg(event, ', ' order by event) from milestones where milestones.patient_id = selected.patient_id),
        ''
    ) as events,
    (
        select max(grade_min) from adverse_events
        where adverse_events.patient_id = selected.patient_id and term = 'Cytokine release syndrome'
    ) as crs_grade
from selected
where patient_id = $patient
