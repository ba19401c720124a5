"""Files that people hand in: what one may be, and where it is kept, sealed; knows no family."""
