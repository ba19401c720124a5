"""Monthly runs: received, checked, computed, reviewed by a second person, released."""
