"""What comes next quarter, what it asks for, and what would change it."""
