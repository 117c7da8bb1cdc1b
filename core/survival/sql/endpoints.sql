-- The endpoints that the cohort has, in the order of the file, with the patients who have them.
-- Grain: one row an endpoint. competing: patients of the cohort whose follow-up a competing event ended.
select endpoint, count(*) as patients, count(*) filter (status = 2) as competing, max(months) as longest_months
from endpoints
group by endpoint
order by min(rowid)
