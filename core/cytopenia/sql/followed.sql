-- How long the selected patients were followed after infusion, and what ends the days in which a cytopenia is the first
-- infusion's.
-- Grain: one row a patient. last_day: of follow-up, missing where none is recorded. died: at that day. other_day: the
-- first of progression, a second infusion and new therapy; again_day: of the latter two.
with selected as ({selected}),
again as ({again})
select
    patient_id,
    "patient: number" as number,
    "group",
    coalesce("OS: months", "followed: last_month") * $days as last_day,
    coalesce("followed: died", false) as died,
    least("progressed: month", again.month) * $days as other_day,
    again.month * $days as again_day
from selected
left join again using (patient_id)
where "patient: number" < $most
order by number
