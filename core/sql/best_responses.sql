-- Best response up to progression or a second infusion; null where a patient was never assessed.
-- Grain: one row a group and best response. mrd_tested and mrd_negative count patients over the same assessments.
with selected as ({selected}),
stopped as (
    select patient_id, min(month) as month
    from (
        select patient_id, months as month from endpoints where endpoint = 'PFS' and status = 1
        union all by name
        select patient_id, month from milestones where event = 'second infusion' and month is not null
    )
    group by patient_id
),
assessed as (
    select
        responses.patient_id,
        min(response) filter (stopped.month is null or responses.month <= stopped.month) as best,
        bool_or(mrd is not null and (stopped.month is null or responses.month <= stopped.month)) as mrd_tested,
        bool_or(mrd = 'negative' and (stopped.month is null or responses.month <= stopped.month)) as mrd_negative
    from responses
    left join stopped using (patient_id)
    group by responses.patient_id
)
select
    selected."group",
    cast(assessed.best as varchar) as response,
    count(*) as patients,
    count(*) filter (assessed.mrd_tested) as mrd_tested,
    count(*) filter (assessed.mrd_negative) as mrd_negative
from selected
left join assessed using (patient_id)
group by all
order by all
