-- Best response and MRD of each assessed patient, over the assessments that count.
-- Grain: one row a patient with such an assessment. mrd_month: of the first negative result, response_month: of the first
-- response of PR or better, from infusion.
select
    patient_id,
    min(response) as best,
    bool_or(mrd is not null) as mrd_tested,
    bool_or(mrd = 'negative') as mrd_negative,
    min(month) filter (mrd = 'negative') as mrd_month,
    min(month) filter (response in ('sCR', 'CR', 'VGPR', 'PR')) as response_month
from ({assessments})
group by patient_id
