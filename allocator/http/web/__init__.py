"""Pages for people: thin, rendered on the server, and working without JavaScript."""
