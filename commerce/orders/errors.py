"""Refusals about orders."""

from core.errors import NotFound


class OrderNotFound(NotFound):
    """There is no such order, or it is somebody else's: the two look the same."""

    code = "order_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such order under this account.")
