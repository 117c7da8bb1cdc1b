-- When each term began and how long it lasted, of patients with a dated onset; both days counted in a duration.
-- Grain: one row a group and term. onset: day of the first episode; duration: of the longest dated episode, days.
with selected as ({selected}),
chosen as (select "patient: number", "group" from selected)
select
    chosen."group",
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
from chosen
join worst_grades using ("patient: number")
join worst_grade_kinds using (kind)
where term is not null
group by all
order by all
