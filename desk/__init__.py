"""Conversations and the people who take part in them."""
