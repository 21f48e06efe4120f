"""What units of an order cost the customer, to the minor unit."""

from collections.abc import Mapping
from dataclasses import dataclass

from commerce.orders.models import Order, OrderLine
from core.money import allocate


@dataclass(frozen=True, slots=True)
class Share:
    """Part of what was charged, minor units."""

    goods: int = 0
    tax: int = 0
    shipping: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.goods + self.tax + self.shipping

    def __sub__(self, other: "Share") -> "Share":
        return Share(self.goods - other.goods, self.tax - other.tax, self.shipping - other.shipping)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.goods + other.goods, self.tax + other.tax, self.shipping + other.shipping)


class OrderValues:
    """Splits an order's total over its units and its shipping.

    Discounts and tax that stand on the order and on no line are spread: the discount over the lines by
    their price, the tax onto shipping. The units of a line are counted off in a fixed sequence, so that
    taking them one by one adds up to the same as taking them at once.
    """

    def __init__(self, order: Order, lines: Mapping[str, OrderLine]) -> None:
        gross = {line.id: line.unit_price * line.quantity for line in lines.values()}
        unassigned = order.discount - sum(line.discount for line in lines.values())
        self.spread = dict(zip(gross, allocate(unassigned, list(gross.values())), strict=True))
        """By line: its part of the discount that stands on no line."""
        self._goods = {line.id: gross[line.id] - line.discount - self.spread[line.id] for line in lines.values()}
        tax = order.tax - sum(line.tax for line in lines.values())
        self.shipping = Share(tax=tax, shipping=order.shipping)
        """What was charged beside the goods."""

    def units(self, line: OrderLine, count: int) -> Share:
        """The next `count` units of a line that were neither cancelled nor returned so far."""
        start = line.cancelled + line.returned
        pick = slice(start, start + count)
        each = [1] * line.quantity
        return Share(sum(allocate(self._goods[line.id], each)[pick]), sum(allocate(line.tax, each)[pick]))
