-- Every adverse event that was looked for or recorded, each in one category.
-- Grain: one row a term. place: order of the files, what was looked for first.
select
    term,
    coalesce(arg_min(category, place), '') as category,
    min(place) as place
from (
    select term, category, rowid as place from adverse_event_terms
    union all by name
    select term, arg_min(category, rowid) as category, 1e9 + min(rowid) as place from adverse_events group by term
    union all by name
    select term, 2e9 + min(rowid) as place from not_assessed group by term
)
group by term
