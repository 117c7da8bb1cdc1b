-- The assessments that count, for best response, at a landmark, for MRD, duration and lanes alike: up to progression,
-- death or new therapy, and whenever it was found, the progression itself (who was assessed only then is evaluable,
-- with progressive disease), unless after new therapy. An assessment without a month is taken at its word.
-- Grain: one row an assessment; mrd is missing where only its progression counts. Months: from infusion.
with stops as (
    -- progressed: progression or death; again: new therapy
    select
        patient_id,
        min(month) filter (not again) as progressed,
        min(month) filter (again) as again
    from (
        select patient_id, months as month, false as again
        from endpoints
        where status > 0 and endpoint in ('PFS', 'Relapse', 'TTP', 'OS')
        union all
        select patient_id, month, event in ('second infusion', 'new therapy') as again
        from milestones
        where month is not null and event in ('second infusion', 'new therapy', 'relapse', 'progression')
    )
    group by patient_id
)
select
    responses.* replace (
        case
            when responses.month is null or stops.progressed is null or responses.month <= stops.progressed
                then responses.mrd
        end as mrd
    )
from responses
left join stops using (patient_id)
where
    responses.month is null
    or (
        (stops.again is null or responses.month <= stops.again)
        and (stops.progressed is null or responses.month <= stops.progressed or responses.response = 'PD')
    )
order by responses.rowid
