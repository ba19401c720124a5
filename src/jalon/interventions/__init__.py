"""Work with one family: information-advice, support, its plan and its contract."""
