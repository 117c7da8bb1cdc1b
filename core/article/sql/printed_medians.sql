-- Medians that the publication prints for an endpoint of a population, in months.
-- Grain: one row a claim.
select try_cast(value as double) as months
from claims
where quantity = $endpoint || ' median' and population = $population and try_cast(value as double) is not null
