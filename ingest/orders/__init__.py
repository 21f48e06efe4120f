"""Orders from a Shopify export."""

from ingest.orders.parse import parse
from ingest.orders.rows import LAYOUT
from ingest.orders.service import load

__all__ = ["LAYOUT", "load", "parse"]
