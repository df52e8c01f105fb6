"""The forms of a report: each module writes the one model in one of them."""
