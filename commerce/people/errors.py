"""Refusals about customers."""

from core.errors import NotFound


class CustomerNotFound(NotFound):
    """Nobody has this id."""

    code = "customer_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such customer.")
