"""The pages that put the rooms together: the day, the search, the family."""
