"""Charts and tables: drawn, kept, and laid on pages."""
