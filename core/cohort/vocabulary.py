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
