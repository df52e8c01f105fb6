"""The only folder that loads OR-Tools: parts, groups, model, engines, goals, allocate."""
