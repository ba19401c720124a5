"""What is to be reported in the national tool: the same figures, in its columns."""
