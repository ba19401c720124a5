"""What a family does with its appointments by itself, on its answer page."""
