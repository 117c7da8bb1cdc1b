-- When a patient's first infusion was over: what comes after is not its effect.
-- Grain: one row a patient with a dated second infusion or new therapy. month: of the first of them.
select patient_id, min(month) as month
from milestones
where event in ('second infusion', 'new therapy') and month is not null
group by patient_id
