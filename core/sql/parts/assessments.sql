-- The assessments that count: up to progression or a second infusion, and whenever it was found, the progression itself
-- (who was assessed only then is evaluable, with progressive disease).
-- Grain: one row an assessment; mrd is missing where only its progression counts.
select
    responses.* replace (
        case when stopped.month is null or responses.month <= stopped.month then responses.mrd end as mrd
    )
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
where stopped.month is null or responses.month <= stopped.month or responses.response = 'PD'
