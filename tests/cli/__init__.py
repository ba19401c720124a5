"""The commands, as someone at the keyboard meets them."""
