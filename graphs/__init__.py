"""The supervisor: from a customer's message to its answer."""
