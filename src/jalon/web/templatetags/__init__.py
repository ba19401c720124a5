"""The template tags of the components."""
