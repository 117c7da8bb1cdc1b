-- Best response up to progression or a second infusion; null where a patient was never assessed.
-- Grain: one row a group and best response. mrd_tested and mrd_negative count patients over the same assessments.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
assessed as ({assessed})
select
    chosen."group",
    cast(assessed.best as varchar) as response,
    count(*) as patients,
    count(*) filter (assessed.mrd_tested) as mrd_tested,
    count(*) filter (assessed.mrd_negative) as mrd_negative
from chosen
left join assessed using (patient_id)
group by all
order by all
