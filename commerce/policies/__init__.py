"""One file for each policy: its numbers are enforced, its prose is cited."""
