-- Who had left before the landmark, and how: the patients that a landmark analysis cannot include.
-- Grain: one row a group and status (0 censored, 1 event, 2 competing event).
with selected as ({selected})
select "group", {status} as status, count(*) as patients
from selected
where {months} <= $landmark and $landmark > 0
group by all
order by all
