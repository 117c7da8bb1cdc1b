"""Patients one by one: the baseline table, and the swimmer plot with its tiles."""
