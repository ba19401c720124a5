"""Errors that speak to the person at the keyboard."""


class ClearError(Exception):
    """What cannot be done, and what to do: one French sentence, shown as it is."""
