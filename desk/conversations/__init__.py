"""The event log of each conversation."""
