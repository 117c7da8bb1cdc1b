-- How and when follow-up can end in this cohort, numbered: a patient's months and status as one narrow number, which
-- is counted twice as fast as the two. No filter changes it, so it is worked out once, when the cohort is opened.
-- Grain: one row an endpoint, months and status that any patient has. Months: from infusion.
select endpoint, months, status, cast(row_number() over (order by endpoint, months, status) as uinteger) as ending
from (select distinct endpoint, months, status from endpoints) as found
