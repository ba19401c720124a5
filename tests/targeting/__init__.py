"""Runs, explanations and simulations, held against one another."""
