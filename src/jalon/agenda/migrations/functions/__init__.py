"""The SQL of the wall's functions of this room, one file a subject."""
