"""Work that takes longer than a page: a queue in the database, and worker processes that can be stopped or killed."""
