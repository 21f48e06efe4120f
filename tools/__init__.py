"""Typed tools: thin, they call services and shape results for a model and for a card."""
