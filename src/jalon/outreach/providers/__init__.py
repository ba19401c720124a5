"""What carries text messages and e-mails out: one interface, one module a kind of provider."""
