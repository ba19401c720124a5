"""Attacks on the wall, through the application's own login."""
