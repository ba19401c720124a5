"""Counting months, and what is said of them counted again."""
