-- Patients in each bin of each number among the selected; an empty cell has bin null.
-- Grain: one row a group, variable and bin. Bins are equal, over the range of the whole cohort.
with selected as ({selected})
select "group", {bins: variable} as variable, cast({bins: value} as utinyint) as bin, count(*) as patients
from selected
group by "group", grouping sets ({bins: sets})
