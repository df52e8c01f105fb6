"""Who may do and see what: accounts, roles, sessions, tokens, and the one filter that every reading goes through."""
