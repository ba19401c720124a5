"""Who may see what, who did and who saw what: the wall, the history, the log of reads."""
