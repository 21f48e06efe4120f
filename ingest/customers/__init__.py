"""Customers from a Shopify export."""

from ingest.customers.rows import LAYOUT
from ingest.customers.service import load, parse

__all__ = ["LAYOUT", "load", "parse"]
