"""Refusals about stock."""

from core.errors import Refused


class OutOfStock(Refused):
    """There are not enough free units."""

    code = "out_of_stock"
