"""What a family says of itself for its rights, with who said each thing, and what comes of it."""
