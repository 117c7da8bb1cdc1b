-- When the selected patients were first MRD negative, up to progression or a second infusion, by what became of them.
-- Grain: one row a fate (died: true, false, or null where no OS is recorded). months: from infusion.
with selected as ({selected})
select
    "OS: status" > 0 as died,
    count(*) as patients,
    median("response: mrd_month") as median,
    min("response: mrd_month") as lowest,
    max("response: mrd_month") as highest
from selected
where "response: mrd_month" is not null
group by all
order by died nulls last
