-- How long each response lasted: from the first of PR or better to the end of PFS.
-- Grain: one row a responder who was followed for PFS. months: since the response; status: that of PFS.
select responded.patient_id, pfs.months - responded.month as months, pfs.status
from (
    select patient_id, min(month) as month
    from assessments
    where response in ('sCR', 'CR', 'VGPR', 'PR')
    group by patient_id
) as responded
join endpoints as pfs on pfs.patient_id = responded.patient_id and pfs.endpoint = 'PFS'
where pfs.months >= responded.month
