"""Adverse events: who was harmed, by term, worst grade and group, and their faces."""
