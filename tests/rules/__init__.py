"""One file for each rule: where it holds, where it breaks, its boundary, and that model and check agree."""
