-- The assessments that count: up to progression or a second infusion.
-- Grain: one row an assessment.
select responses.*
from responses
left join (
    select patient_id, min(month) as month
    from (
        select patient_id, months as month from endpoints where endpoint = 'PFS' and status = 1
        union all by name
        select patient_id, month from milestones where event = 'second infusion' and month is not null
    )
    group by patient_id
) as stopped using (patient_id)
where stopped.month is null or responses.month <= stopped.month
