"""Refusals about products."""

from core.errors import NotFound


class ProductNotFound(NotFound):
    """There is no such product on sale."""

    code = "product_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such product.")
