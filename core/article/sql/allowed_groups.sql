-- Who is selected, and in which group, in each cohort that the article allows: what follows from a patient's outcome is
-- that of the assignment.
-- Grain: one row an assignment and selected patient. Of $assignments, $numbers and the others each place is a patient's.
with told as (
    select
        unnest($assignments) as assignment,
        unnest($numbers) as number,
        unnest($best_response) as best_response,
        unnest($responder) as responder,
        unnest($mrd_negative) as mrd_negative
),
patients as (
    select
        bundled.* replace (
            told.best_response as best_response, told.responder as responder, told.mrd_negative as mrd_negative
        ),
        told.assignment
    from told
    join main.patients as bundled on bundled."patient: number" = told.number
)
select assignment, "patient: number" as number, "group"
from (with selected as ({selected}) select * from selected)
