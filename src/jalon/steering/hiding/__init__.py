"""What keeps small counts hidden, whatever is shown beside them."""
