-- How follow-up ended, at each time, for one endpoint; with a landmark the clock starts there and
-- those who had left by then (event or censored at or before it) are not counted.
-- (2.2 - 1 is 1.2, and not a digit more.)
-- Grain: one row a group, time and way to end. months: from infusion, or from the landmark.
with selected as ({selected}),
counted as (select "group", {ending} as ending, count(*) as patients from selected group by all)
select
    "group",
    round(months - $landmark, 12) as months,
    if(status = 1, patients, 0) as events,
    if(status = 0, patients, 0) as censored,
    if(status = 2, patients, 0) as competing
from counted
join ends using (ending)
where months > $landmark or (months = 0 and $landmark = 0)
