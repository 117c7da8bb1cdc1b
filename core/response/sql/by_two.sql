-- Best response by two groupings at once.
-- Grain: one row a group of the first, a group of the second (across) and best response (null: never assessed).
with selected as ({selected}),
crossed as ({across})
select selected."group", crossed."group" as across, selected."response: best" as response, count(*) as patients
from selected
join crossed using ("patient: number")
group by all
order by all
