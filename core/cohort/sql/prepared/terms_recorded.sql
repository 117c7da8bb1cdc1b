-- The adverse events that were looked for or recorded.
-- Grain: one row a term.
select term from adverse_events
union
select term from adverse_event_terms
union
select term from not_assessed
