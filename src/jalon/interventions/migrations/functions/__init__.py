"""Functions of the wall, by what they decide."""
