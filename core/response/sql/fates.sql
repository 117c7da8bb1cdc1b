-- What became of the patients by their best response, at last contact.
-- Grain: one row a group and best response (null: never assessed). progressed: relapsed or progressed, as whoever has
-- no better response than PD has; died: of all patients; died_free: died without it; followed: patients with any endpoint.
with selected as ({selected})
select
    "group",
    "response: best" as response,
    count(*) as patients,
    count("followed: last_month") as followed,
    count(*) filter ("followed: last_month" is not null and has_progressed) as progressed,
    count(*) filter ("followed: died") as died,
    count(*) filter ("followed: died" and not has_progressed) as died_free
from (select *, "progressed: month" is not null or coalesce("response: best" = 'PD', false) as has_progressed from selected)
group by all
order by all
