"""The shop: its tables, its rules and the changes that can be made to it."""
