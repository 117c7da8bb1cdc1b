"""What the field calls things: responses, endpoints, milestones, terms to which the app gives a meaning."""

DAYS_PER_MONTH = 30.4375

RESPONSES = ("sCR", "CR", "VGPR", "PR", "MR", "SD", "PD")
"""Deepest first: the order of every response on every page."""

NEW_THERAPY = ("second infusion", "new therapy")
"""Milestones from which on a response is no longer to the first infusion."""

PROGRESSED = ("relapse", "progression")
"""Milestones that end a response where no endpoint dates it."""

RELAPSE_ENDPOINTS = ("Relapse", "TTP")
"""Endpoints whose event is a relapse or progression and never a death."""

OVERALL_RESPONSE = ("sCR", "CR", "VGPR", "PR")

VERY_GOOD_RESPONSE = ("sCR", "CR", "VGPR")

COMPLETE_RESPONSE = ("sCR", "CR")

CRS = "Cytokine release syndrome"
"""The term under which the syndrome is recorded, if it is."""

ANY_EVENT, ANY_OF = "Any adverse event", ", any"
"""The line of all events, and what ends the line of a category: no term may be called so."""

PROLONGED_CYTOPENIA = "prolonged_cytopenia"
"""The flag of `patients` that reports it, if there is one."""

INFUSED = "infused"
"""The flag of `patients` that says who was, where others are counted, too."""

TOXICITY_TREATMENTS = ("tocilizumab", "corticosteroids", "anakinra")
"""Milestones that are treatments of cytokine release or neurotoxicity."""

COHORT_KINDS = {"published": "Published cohort", "simulated": "Simulated cohort", "yours": "Your cohort"}

ENDPOINTS = {
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "EFS": "Event-free survival",
    "DOR": "Duration of response",
    "Relapse": "Relapse or progression",
    "TTP": "Time to progression",
}
"""Full names of common endpoints; a cohort's other endpoints go by the name it gives them."""

EVENTS = {
    "PFS": ("progressed or died", "progression-free"),
    "OS": ("died", "alive"),
    "DOR": ("progressed or died", "still in response"),
    "Relapse": ("relapsed or progressed", "free of relapse"),
    "TTP": ("progressed", "progression-free"),
}
"""What an endpoint's event is called, and who has not had it."""

COMPETING = {
    "Relapse": ("death without relapse", "died without relapse"),
    "TTP": ("death without progression", "died without progression"),
}
OTHER_COMPETING = ("the competing event", "had the competing event")
"""What competes with an endpoint's event, where that is known by its name, and who had it."""

GLOSSARY = {
    "Evaluable": "With an assessment of response that counts: before progression, death or new therapy.",
    "MRD": "Measurable residual disease: myeloma cells found in the marrow by a sensitive test.",
    "reverse Kaplan–Meier": (
        "How long patients could be followed: censoring is taken as the event, so that deaths do not shorten it."
    ),
    "Cause-specific hazard ratio": (
        "How many times as often this event comes in one group as in the other among those who have had neither it "
        "nor the competing event; 1 is no difference."
    ),
    "Hazard ratio": (
        "How many times as often the event comes in one group as in the other among those still at risk; 1 is no "
        "difference, above 1 is sooner."
    ),
    "log-rank test": ("How often curves would lie as far apart over the whole follow-up if the groups did not matter."),
    "Fisher's exact test": "How often so unlike shares would arise if the groups did not matter.",
    "NR": (
        "Not reached: the curve, or its limit, has not come down to half of the patients; or too few patients for a "
        "limit to be estimated."
    ),
    "at risk": "Still followed and without the event until then.",
    "landmark": (
        "A month from which patients are followed anew, in groups by what was known by then: who died before cannot "
        "be in either group."
    ),
    "Prolonged cytopenia": "Low blood counts that last; definitions differ between centres.",
}
"""What a term means, in the words that open where it first stands on a page."""
