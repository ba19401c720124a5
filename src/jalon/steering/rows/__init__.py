"""The rows that a figure counts, listed for who may read them."""
