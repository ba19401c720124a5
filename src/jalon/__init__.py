"""Jalon: from a fund's monthly extract to the families its social workers should reach."""
