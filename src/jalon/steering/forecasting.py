"""What the next months bring, from the months behind."""
