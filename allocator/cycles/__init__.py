"""What happens to plans: changes between snapshots, decisions of people, messages, figures. No database."""
