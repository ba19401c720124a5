"""A family as the department knows it, and who is involved with it."""
