"""Orders, their parcels and what came back."""
