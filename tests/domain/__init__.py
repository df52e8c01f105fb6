"""What a force, a policy and a plan refuse."""
