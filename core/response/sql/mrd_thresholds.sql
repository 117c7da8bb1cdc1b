-- The thresholds of the MRD assays, of the assessments that count.
-- Grain: one row a group and threshold (null where none is recorded).
with selected as ({selected}),
chosen as (select patient_id, "group" from selected)
select chosen."group", assessments.mrd_threshold as threshold, count(distinct patient_id) as tested
from chosen
join assessments using (patient_id)
where assessments.mrd is not null
group by all
order by all
