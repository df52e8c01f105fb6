"""HTTP: one application with JSON for programs (``api``) and pages for people (``web``) side by side."""
