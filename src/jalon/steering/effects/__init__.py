"""Outcomes, and families contacted beside those drawn later."""
