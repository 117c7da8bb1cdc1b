-- What became of each patient. No filter changes it, so it is worked out once, when the cohort is opened, and stands
-- beside the patients. response: best and months over the assessments that count, null where there is none, and then
-- whether there are others (too_late); progressed: the first progression or relapse; followed: the longest follow-up of
-- any endpoint, and whether it ended in death.
-- Grain: one row a patient. Months: from infusion.
with assessed as (
    select
        patient_id,
        min(response) as best,
        bool_or(mrd is not null) as mrd_tested,
        bool_or(mrd = 'negative') as mrd_negative,
        min(month) filter (mrd = 'negative') as mrd_month,
        min(month) filter (response in ('sCR', 'CR', 'VGPR', 'PR')) as response_month
    from assessments
    group by patient_id
),
progressions as (
    -- A PFS event that is a death is none; where its cause does not say so, one in the month of death is a death.
    select endpoints.patient_id, endpoints.months as month
    from endpoints
    left join (select patient_id, months, status from endpoints where endpoint = 'OS') as survival using (patient_id)
    where
        endpoints.status = 1
        and (
            endpoints.endpoint in ('Relapse', 'TTP')
            or (
                endpoints.endpoint = 'PFS'
                and case
                    when is_death(endpoints.cause) then false
                    when is_progression(endpoints.cause) then true
                    else not coalesce(survival.status > 0 and survival.months = endpoints.months, false)
                end
            )
        )
    union all
    select patient_id, month
    from milestones
    where month is not null and event in ('relapse', 'progression')
),
progressed as (select patient_id, min(month) as months from progressions group by patient_id),
followed as (
    select
        patient_id,
        max(months) as months,
        bool_or(status > 0 and (endpoint = 'OS' or is_death(cause))) as died
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
    assessed.best is null and found.patient_id is not null as "response: too_late",
    progressed.months as "progressed: month",
    followed.months as "followed: last_month",
    coalesce(followed.died, false) as "followed: died"
from patients
left join assessed using (patient_id)
left join (select distinct patient_id from responses where response is not null) as found using (patient_id)
left join progressed using (patient_id)
left join followed using (patient_id)
