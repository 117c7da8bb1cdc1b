-- Patients at each level of each category or flag among the selected; an empty cell has level null.
-- Grain: one row a group, variable and level.
with selected as ({selected})
select "group", {levels: variable} as variable, {levels: value} as level, count(*) as patients
from selected
group by "group", grouping sets ({levels: sets})
