"""The rule language: facts, criteria, dated parameters, offers, and engines to apply them."""
