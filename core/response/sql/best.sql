-- Best response up to progression or a second infusion; null where no assessment of a patient counts.
-- Grain: one row a group and best response. mrd_tested and mrd_negative count patients over the same assessments,
-- too_late those who have assessments, none of which counts.
with selected as ({selected})
select
    "group",
    "response: best" as response,
    count(*) as patients,
    count(*) filter ("response: mrd_tested") as mrd_tested,
    count(*) filter ("response: mrd_negative") as mrd_negative,
    count(*) filter ("response: too_late") as too_late
from selected
group by all
order by all
