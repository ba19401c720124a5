"""Monthly runs: from a checked extract and a catalogue to an explained cohort."""
