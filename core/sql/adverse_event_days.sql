-- When each term began and how long it lasted, of patients with a dated onset; both days counted in a duration.
-- Grain: one row a group and term. onset: day of the first episode; duration: of the longest dated episode, days.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
dated as (
    select
        chosen."group",
        patient_id,
        adverse_events.term,
        min(adverse_events.onset_day) as onset,
        max(adverse_events.end_day - adverse_events.onset_day + 1) as duration
    from chosen
    join adverse_events using (patient_id)
    group by all
)
select
    "group",
    term,
    count(*) as patients,
    count(onset) as dated,
    median(onset) as onset_median,
    min(onset) as onset_lowest,
    max(onset) as onset_highest,
    count(duration) as ended,
    median(duration) as duration_median,
    min(duration) as duration_lowest,
    max(duration) as duration_highest
from dated
group by all
order by all
