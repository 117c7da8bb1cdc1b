-- The first progression or relapse of each patient; a PFS event that is a death is none.
-- Grain: one row a patient who progressed. months: from infusion.
select endpoints.patient_id, min(endpoints.months) as months
from endpoints
left join (select patient_id, months, status from endpoints where endpoint = 'OS') as survival using (patient_id)
where
    endpoints.status = 1
    and (
        endpoints.endpoint in ('Relapse', 'TTP')
        or (
            endpoints.endpoint = 'PFS'
            and case
                when endpoints.cause is null
                    then not coalesce(survival.status > 0 and survival.months = endpoints.months, false)
                else lower(endpoints.cause) != 'death'
            end
        )
    )
group by endpoints.patient_id
