-- The selected patients whom a curve from a landmark shows: who had neither event nor end of follow-up at or before it.
-- Grain: one row a patient, of the first $most of the file. number: the patient's place in the file, from 0.
with selected as ({selected})
select "patient: number" as number
from selected
where ({months} > $landmark or ({months} = 0 and $landmark = 0)) and "patient: number" < $most
order by number
