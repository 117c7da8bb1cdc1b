-- What was printed of the cohort, in the order of the file.
-- Grain: one row a printed result.
select claim_id, section, population, quantity, printed, value, numerator, denominator, unit, kind, note
from claims
order by claims.rowid
