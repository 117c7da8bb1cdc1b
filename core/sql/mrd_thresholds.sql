-- Patients tested for MRD and found negative, by the threshold of the assay.
-- Grain: one row a group and threshold (null where none is recorded).
with selected as ({selected})
select
    selected."group",
    responses.mrd_threshold as threshold,
    count(distinct patient_id) as tested,
    count(distinct patient_id) filter (responses.mrd = 'negative') as negative
from selected
join responses using (patient_id)
where responses.mrd is not null
group by all
order by all
