"""Customers: who they are, where they live, how they pay."""
