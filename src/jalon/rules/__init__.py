"""The rule language: facts, criteria, dated parameters, offers, and the engines that apply them."""
