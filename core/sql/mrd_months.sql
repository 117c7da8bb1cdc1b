-- When the selected patients were first MRD negative, up to progression or a second infusion, by what became of them.
-- Grain: one row a fate (died: true, false, or null where no OS is recorded). months: from infusion.
with selected as ({selected}),
chosen as (select patient_id, "group" from selected),
assessed as ({assessed})
select
    survival.status > 0 as died,
    count(*) as patients,
    median(assessed.mrd_month) as median,
    min(assessed.mrd_month) as lowest,
    max(assessed.mrd_month) as highest
from chosen
join assessed using (patient_id)
left join (select patient_id, status from endpoints where endpoint = 'OS') as survival using (patient_id)
where assessed.mrd_month is not null
group by all
order by died nulls last
