-- Best response up to progression or a second infusion; null where a patient was never assessed.
-- Grain: one row a group and best response. mrd_tested and mrd_negative count patients over the same assessments.
with selected as ({selected})
select
    "group",
    "response: best" as response,
    count(*) as patients,
    count(*) filter ("response: mrd_tested") as mrd_tested,
    count(*) filter ("response: mrd_negative") as mrd_negative
from selected
group by all
order by all
