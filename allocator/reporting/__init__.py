"""What answers, plans and letters say, and how they are shown: sentences, tables, charts, documents, pages, letters."""
