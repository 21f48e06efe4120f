"""Stock by place from a Shopify export."""

from ingest.stock.rows import LAYOUT
from ingest.stock.service import load, parse

__all__ = ["LAYOUT", "load", "parse"]
