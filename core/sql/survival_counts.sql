-- How follow-up ended, at each time, for one endpoint; with a landmark the clock starts there and
-- those who had left by then (event or censored at or before it) are not counted.
-- Grain: one row a group and time. months: from infusion, or from the landmark.
with selected as ({selected})
select
    "group",
    {months} - $landmark as months,
    count(*) filter ({status} = 1) as events,
    count(*) filter ({status} = 0) as censored,
    count(*) filter ({status} = 2) as competing
from selected
where {months} > $landmark or ({months} = 0 and $landmark = 0)
group by all
order by all
