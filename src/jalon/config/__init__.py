"""Settings, URLs, job wiring and the embedded database: what holds the rooms together."""
