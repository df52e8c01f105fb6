"""What one signed-in person asks of the database: the use cases that API and pages share."""
