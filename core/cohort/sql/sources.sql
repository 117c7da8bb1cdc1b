-- Where the values of a table come from.
-- Grain: one row a statement of provenance; patient_id null means every patient, term null every adverse event.
select "table", "column", patient_id, cast(source as varchar) as source, note, term
from provenance
order by rowid
