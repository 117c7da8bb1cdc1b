-- Best response and MRD of each assessed patient, up to progression or a second infusion.
-- Grain: one row a patient with an assessment.
select
    responses.patient_id,
    min(response) filter (stopped.month is null or responses.month <= stopped.month) as best,
    bool_or(mrd is not null and (stopped.month is null or responses.month <= stopped.month)) as mrd_tested,
    bool_or(mrd = 'negative' and (stopped.month is null or responses.month <= stopped.month)) as mrd_negative
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
group by responses.patient_id
