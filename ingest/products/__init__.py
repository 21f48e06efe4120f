"""Products from a Shopify export.

A column that is not in the file leaves what the shop has as it is; nothing is ever deleted.
"""

from ingest.products.service import load, parse
from ingest.products.table import LAYOUT

__all__ = ["LAYOUT", "load", "parse"]
