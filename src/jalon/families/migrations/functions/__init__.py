"""The functions and triggers of the wall around families, as SQL."""
