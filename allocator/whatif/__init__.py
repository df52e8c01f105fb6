"""Scenarios as named changes, the comparison of plans, and the frontier of moves and fairness."""
