"""The cohort: its schema, its files, its database, and which of its patients are selected, in SQL and in words."""
