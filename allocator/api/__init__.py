"""HTTP for programs: versioned, thin, documented by its own OpenAPI; the pages stand on the same application."""
