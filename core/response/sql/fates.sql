-- What became of the patients by their best response, at last contact.
-- Grain: one row a group and best response (null: never assessed). progressed: relapsed or progressed;
-- died: of all patients; died_free: died without progression; followed: patients with any endpoint.
with selected as ({selected})
select
    "group",
    "response: best" as response,
    count(*) as patients,
    count("followed: last_month") as followed,
    count("progressed: month") as progressed,
    count(*) filter ("followed: died") as died,
    count(*) filter ("followed: died" and "progressed: month" is null) as died_free
from selected
group by all
order by all
