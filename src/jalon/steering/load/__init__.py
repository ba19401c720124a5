"""What workers carry, and how it could be shared."""
