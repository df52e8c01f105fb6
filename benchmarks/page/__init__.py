"""The page of results: what its sections share."""
