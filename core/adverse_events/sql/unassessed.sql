-- Patients who were not looked at for an adverse event and had none recorded.
-- Grain: one row a group and term; and category (term null); and any event (both null).
with selected as ({selected}),
chosen as (select "patient: number", "group" from selected)
select chosen."group", unassessed.category, unassessed.term, count(*) as patients
from chosen
join unassessed using ("patient: number")
group by all
order by all
