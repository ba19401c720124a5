"""The functions and triggers of the wall around accounts and roles, as SQL."""
