"""Where the goods come from."""
