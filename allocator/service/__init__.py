"""What one signed-in person asks of the store: the use cases that the HTTP service and the pages share."""
