-- Medians that the publication prints for an endpoint, in months.
-- Grain: one row a claim.
select population, try_cast(value as double) as months
from claims
where quantity = $endpoint || ' median' and try_cast(value as double) is not null
