"""Steering: what was done, counted without identity, and the figures made of it."""
