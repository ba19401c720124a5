"""Reviews and reports: prepared, commented, adopted, printed."""
