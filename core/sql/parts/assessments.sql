-- The assessments that count: up to progression or a second infusion, and whenever it was found, the progression itself
-- (who was assessed only then is evaluable, with progressive disease), unless after a second infusion.
-- Grain: one row an assessment; mrd is missing where only its progression counts.
select
    responses.* replace (
        case when progressed.month is null or responses.month <= progressed.month then responses.mrd end as mrd
    )
from responses
left join (
    select patient_id, min(months) as month from endpoints where endpoint = 'PFS' and status = 1 group by patient_id
) as progressed using (patient_id)
left join (
    select patient_id, min(month) as month from milestones where event = 'second infusion' group by patient_id
) as infused_again using (patient_id)
where
    (infused_again.month is null or responses.month <= infused_again.month)
    and (progressed.month is null or responses.month <= progressed.month or responses.response = 'PD')
