"""What the shop has promised, and whether it kept it."""
