"""What a family says of a support by itself, on its answer page."""
