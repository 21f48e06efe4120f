"""Tests of the customers who test the chat."""
