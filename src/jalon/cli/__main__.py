"""Runs the console script with `python -m jalon.cli`."""

from jalon.cli.entry import main

main()
