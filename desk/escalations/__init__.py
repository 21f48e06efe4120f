"""Cases handed to a person."""
