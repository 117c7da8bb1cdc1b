"""Subgroups: one outcome in every level of every variable at once, interaction, and their faces."""
