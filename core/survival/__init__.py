"""Survival: life tables, curves, medians, tests and models of an endpoint, and their faces."""
