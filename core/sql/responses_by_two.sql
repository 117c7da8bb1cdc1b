-- Best response by two groupings at once.
-- Grain: one row a group of the first, a group of the second (across) and best response (null: never assessed).
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
crossed as ({across}),
assessed as ({assessed})
select
    chosen."group",
    crossed."group" as across,
    cast(assessed.best as varchar) as response,
    count(*) as patients
from chosen
join crossed using (patient_id)
left join assessed using (patient_id)
group by all
order by all
