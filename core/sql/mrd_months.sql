-- When the selected patients were first MRD negative, by what became of them.
-- Grain: one row a fate (died: true, false, or null where no OS is recorded). months: from infusion.
with selected as ({selected}),
negative as (
    select responses.patient_id, min(responses.month) as months
    from selected
    join responses using (patient_id)
    where responses.mrd = 'negative'
    group by responses.patient_id
)
select
    survival.status > 0 as died,
    count(*) as patients,
    median(negative.months) as median,
    min(negative.months) as lowest,
    max(negative.months) as highest
from negative
left join (select patient_id, status from endpoints where endpoint = 'OS') as survival using (patient_id)
group by all
order by died nulls last
