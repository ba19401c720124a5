"""Worked examples of every criterion of every offer: tests that read as documentation."""
