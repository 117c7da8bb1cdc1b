-- The patients behind a count: those whose worst grade of $term (null: of a term of $category, or of any) lies within
-- $lowest and $highest, of group $number (null: of all).
-- Grain: one row a patient, most severe first; at most $most. onset_day, end_day: of the first and the last episode;
-- given: which of $treatments the patient had, null for none. response: best; progressed_months and months: to the
-- first progression, null without one, and to the end of follow-up; ended: death, alive or last contact; cause: of death.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
terms as ({terms}),
treated as (
    select patient_id, string_agg(given, '; ' order by given) as given
    from (
        select
            patient_id,
            concat_ws(' ', string_agg(distinct lower(event), ', ' order by lower(event)), detail) as given
        from milestones
        where list_contains($treatments, lower(event))
        group by patient_id, detail
    )
    group by patient_id
),
behind as (
    select
        chosen.patient_id,
        chosen."group",
        max(adverse_events.grade_min) as grade_min,
        max(adverse_events.grade_max) as grade_max,
        count(*) as episodes,
        string_agg(distinct adverse_events.term, ', ' order by adverse_events.term) as terms,
        min(adverse_events.onset_day) as onset_day,
        max(adverse_events.end_day) as end_day,
        any_value(treated.given) as given
    from chosen
    join adverse_events using (patient_id)
    join terms using (term)
    left join treated on treated.patient_id = chosen.patient_id
    where
        ($term is null or adverse_events.term = $term)
        and ($category is null or terms.category = $category)
        and ($number is null or chosen."group" = $number)
    group by all
    having max(adverse_events.grade_min) >= $lowest and max(adverse_events.grade_max) <= $highest
    order by grade_max desc, grade_min desc, min(try_cast(chosen.patient_id as bigint)), chosen.patient_id
    limit $most
)
select
    behind.*,
    "response: best" as response,
    "progressed: month" as progressed_months,
    coalesce("OS: months", "followed: last_month") as months,
    case when "followed: died" then 'death' when "OS: status" = 0 then 'alive' else 'last contact' end as ended,
    endpoints.cause
from behind
join selected using (patient_id)
left join endpoints
    on endpoints.patient_id = behind.patient_id and endpoints.endpoint = 'OS' and endpoints.status > 0
order by
    behind.grade_max desc, behind.grade_min desc, try_cast(behind.patient_id as bigint), behind.patient_id
