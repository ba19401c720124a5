"""What the functions of the wall do when what was kept long enough goes, by what they are for."""
