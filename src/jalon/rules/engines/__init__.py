"""Engines: the same rules on one household in plain Python, on a whole register with Ibis."""
