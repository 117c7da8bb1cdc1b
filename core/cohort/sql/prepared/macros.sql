-- What a cause says, by how its words begin (core/cohort/spelling.py). A macro each, of one cause: true, false or null.
create macro is_death(cause) as regexp_matches(lower(trim(cause)), {death});
create macro is_progression(cause) as regexp_matches(lower(trim(cause)), {progression})
