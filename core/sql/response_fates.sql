-- What became of the patients by their best response, at last contact.
-- Grain: one row a group and best response (null: never assessed). progressed: relapsed or progressed;
-- died: of all patients; died_free: died without progression; followed: patients with any endpoint.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
assessed as ({assessed}),
progressed as ({progressed}),
followed as (
    select patient_id, bool_or(status > 0 and (endpoint = 'OS' or lower(cause) = 'death')) as died
    from endpoints
    group by patient_id
)
select
    chosen."group",
    cast(assessed.best as varchar) as response,
    count(*) as patients,
    count(followed.patient_id) as followed,
    count(progressed.patient_id) as progressed,
    count(*) filter (followed.died) as died,
    count(*) filter (followed.died and progressed.patient_id is null) as died_free
from chosen
left join assessed using (patient_id)
left join progressed using (patient_id)
left join followed using (patient_id)
group by all
order by all
