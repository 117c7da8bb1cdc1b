-- How many patients are selected, in each group.
-- Grain: one row a group.
with selected as ({selected})
select "group", count(*) as patients
from selected
group by all
order by all
