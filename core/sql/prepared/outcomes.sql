-- What became of each patient. No filter changes it, so it is worked out once, when the cohort is opened, and stands
-- beside the patients. response: best and months over the assessments that count, null where there is none; progressed:
-- the first progression or relapse; followed: the longest follow-up of any endpoint, and whether it ended in death.
-- Grain: one row a patient. Months: from infusion.
with assessed as (
    select
        patient_id,
        min(response) as best,
        bool_or(mrd is not null) as mrd_tested,
        bool_or(mrd = 'negative') as mrd_negative,
        min(month) filter (mrd = 'negative') as mrd_month,
        min(month) filter (response in ('sCR', 'CR', 'VGPR', 'PR')) as response_month
    from ({assessments}) as counted
    group by patient_id
),
progressed as (
    -- the first progression or relapse; a PFS event that is a death is none
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
),
followed as (
    select
        patient_id,
        max(months) as months,
        bool_or(status > 0 and (endpoint = 'OS' or lower(cause) = 'death')) as died
    from endpoints
    group by patient_id
)
select
    patients.patient_id,
    patients.rowid as "patient: number",
    cast(assessed.best as varchar) as "response: best",
    assessed.mrd_tested as "response: mrd_tested",
    assessed.mrd_negative as "response: mrd_negative",
    assessed.mrd_month as "response: mrd_month",
    assessed.response_month as "response: month",
    progressed.months as "progressed: month",
    followed.months as "followed: last_month",
    coalesce(followed.died, false) as "followed: died"
from patients
left join assessed using (patient_id)
left join progressed using (patient_id)
left join followed using (patient_id)
