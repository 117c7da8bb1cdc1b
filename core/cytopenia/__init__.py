"""Blood counts graded: CTCAE, early and late haematotoxicity, and how long a cytopenia lasts."""
