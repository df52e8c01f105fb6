"""Answers as data: why, why not, recommend, diagnose, compare, the frontier, scenarios as named changes."""
