"""Figures worked out from facts, and the pages that show them."""
