"""One file for each rule of the table: where it holds, where it breaks, its boundary, and that model and check agree."""
