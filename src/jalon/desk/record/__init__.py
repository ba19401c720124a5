"""The record of a family's adult: what the department keeps about them, to be handed over."""
