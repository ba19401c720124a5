"""The fund's extract as received: reading it, checking it, and making synthetic ones."""
