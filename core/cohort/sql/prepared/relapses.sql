-- Relapse from the causes of PFS events: progression the event, death without it competing.
-- Grain: one row a patient with PFS, or none where a cause is missing or says neither.
select patient_id, 'Relapse' as endpoint, months, if(status = 1 and is_death(cause), 2, status) as status, cause
from endpoints
where
    endpoint = 'PFS'
    and not exists (select 1 from endpoints where endpoint in ('Relapse', 'TTP') or (endpoint = 'PFS' and status = 2))
    and (
        select coalesce(bool_and(coalesce(is_death(cause) or is_progression(cause), false)), false)
        from endpoints
        where endpoint = 'PFS' and status = 1
    )
