-- How follow-up ended, at each value of a number and each time, for one endpoint; from a landmark as survival_counts.
-- Grain: one row a value and time. months: from infusion, or from the landmark; value: in the number's unit.
with selected as ({selected}),
followed as (select {measured} as value, {months} as months, {status} as status from selected)
select
    value,
    round(months - $landmark, 12) as months,
    count(*) filter (status = 1) as events,
    count(*) filter (status != 1) as without_event
from followed
where value is not null and (months > $landmark or (months = 0 and $landmark = 0))
group by all
order by all
