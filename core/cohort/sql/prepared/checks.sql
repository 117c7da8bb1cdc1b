-- What cannot be, or is odd, in a cohort that could be opened: a reader should look at it.
-- Grain: one row a check (a name of core/cohort/checks.py) and patient.
with died as (select patient_id, months as month from endpoints where endpoint = 'OS' and status > 0),
alive as (select patient_id from endpoints where endpoint = 'OS' and status = 0),
followed as (
    select patient_id, max(months) as month
    from endpoints
    where endpoint not in ('DOR') and patient_id not in (select patient_id from died)
    group by patient_id
),
pfs as (select * from endpoints where endpoint = 'PFS'),
found as (
    select 'os_ends_first' as name, patient_id
    from endpoints as os
    join endpoints as other using (patient_id)
    where os.endpoint = 'OS' and other.endpoint in ('PFS', 'EFS', 'Relapse', 'TTP') and os.months < other.months
    union all
    select 'died_progression_free', patient_id
    from died
    join pfs using (patient_id)
    where pfs.status = 0 and pfs.months >= died.month
    union all
    select 'relapse_against_pfs', patient_id
    from endpoints as relapse
    join pfs using (patient_id)
    where relapse.endpoint in ('Relapse', 'TTP') and (
        (relapse.status = 1 and (pfs.status = 0 or pfs.months != relapse.months or is_death(pfs.cause)))
        or (relapse.status != 1 and pfs.status = 1 and is_progression(pfs.cause))
    )
    union all
    select 'pfs_death_not_os', patient_id
    from pfs
    join endpoints as os using (patient_id)
    where os.endpoint = 'OS' and pfs.status = 1 and is_death(pfs.cause) and (os.status = 0 or os.months != pfs.months)
    union all
    select 'progression_before_pfs', patient_id
    from (
        select patient_id, month from responses where response = 'PD'
        union all
        select patient_id, month from milestones where event in ('relapse', 'progression')
    ) as progressed
    join pfs using (patient_id)
    where if(pfs.status = 0, progressed.month <= pfs.months, progressed.month < pfs.months - 0.5)
    union all
    select 'assessed_after_pfs', patient_id
    from responses
    join pfs using (patient_id)
    where pfs.status = 0 and responses.month > pfs.months
    union all
    select 'cause_unknown', patient_id
    from pfs
    where status = 1 and not is_death(cause) and not is_progression(cause)
    union all
    select 'assessed_after_death', patient_id
    from responses
    join died using (patient_id)
    where responses.month > died.month
    union all
    select 'milestone_after_death', patient_id
    from milestones
    join died using (patient_id)
    where milestones.month > died.month
    union all
    select 'adverse_event_after_death', patient_id
    from adverse_events
    join died using (patient_id)
    where adverse_events.onset_day > died.month * {days} + 1
    union all
    select 'measured_after_death', patient_id
    from measurements
    join died using (patient_id)
    where measurements.day > died.month * {days} + 1
    union all
    select 'assessed_after_follow_up', patient_id
    from responses
    join followed using (patient_id)
    where responses.month > followed.month
    union all
    select 'milestone_after_follow_up', patient_id
    from milestones
    join followed using (patient_id)
    where milestones.month > followed.month
    union all
    select 'adverse_event_after_follow_up', patient_id
    from adverse_events
    join followed using (patient_id)
    where adverse_events.onset_day > followed.month * {days} + 1
    union all
    select 'measured_after_follow_up', patient_id
    from measurements
    join followed using (patient_id)
    where measurements.day > followed.month * {days} + 1
    union all
    select 'fatal_but_alive', patient_id
    from adverse_events
    join alive using (patient_id)
    where grade_min = 5
    union all
    select 'death_but_alive', patient_id
    from milestones
    join alive using (patient_id)
    where event = 'death'
    union all
    select 'therapy_undated', patient_id
    from milestones
    where event in ('second infusion', 'new therapy') and month is null
    union all
    select 'assessed_twice', patient_id
    from responses
    where month is not null
    group by patient_id, month
    having count(distinct response) > 1 or count(distinct mrd) > 1
    union all
    select 'event_twice', patient_id
    from adverse_events
    where onset_day is not null
    group by patient_id, term, grade_min, grade_max, onset_day, end_day
    having count(*) > 1
    union all
    select 'event_before_infusion', patient_id
    from adverse_events
    where onset_day < 0
    union all
    select 'longer_than_the_therapy', patient_id
    from endpoints
    cross join cohort
    where endpoints.months > datediff('day', date '2014-01-01', cohort.data_cutoff) / {days}
    union all
    select 'assessed_too_late', patient_id
    from patients
    where "response: too_late"
    union all
    select 'names_alike', patient_id
    from patients
    qualify count(*) over (partition by lower(regexp_replace(patient_id, '\s+', ' ', 'g'))) > 1
    union all
    select 'without_endpoint', patient_id
    from patients
    where patient_id not in (select patient_id from endpoints) and exists (select 1 from endpoints)
)
select found.name, patient_id
from found
join patients using (patient_id)
group by found.name, patient_id
order by found.name, min("patient: number")
