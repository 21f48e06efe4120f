"""What an order cost, what was paid and what went back, to the minor unit."""

from dataclasses import dataclass

from core.money import allocate
from ingest.orders.rows import LineRow, OrderRow

_TAKEN = frozenset({"paid", "partially_refunded", "refunded"})


@dataclass(frozen=True, slots=True)
class Bill:
    """An order's amounts, minor units. `total = subtotal - discount + shipping + tax`."""

    subtotal: int
    """Price times quantity of every line."""
    discount: int
    shipping: int
    tax: int
    total: int
    line_discounts: list[int]
    line_taxes: list[int]
    captured: dict[str, int]
    """By the name of the way to pay."""
    refunded: int


class BadBill(ValueError):
    """The amounts of an order contradict each other. `field` is where to look."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def bill(head: OrderRow, lines: list[LineRow]) -> Bill:
    """Make sense of the amounts.

    An export's `Subtotal` is after discounts; a discount on shipping stands in neither `Subtotal` nor `Shipping`;
    where prices include tax, `Taxes` is a part of them.

    Raises:
        BadBill: they do not add up.
    """
    gross = sum(line.gross for line in lines)
    total = head.total
    shipping, tax = head.shipping or 0, (head.taxes or 0) + (head.duties or 0)
    subtotal = head.subtotal
    if subtotal is None:
        subtotal = gross - (head.discount or 0)
    goods_discount = gross - subtotal
    said = head.discount
    on_lines = sum(line.line_discount or 0 for line in lines)
    if goods_discount < 0:
        raise BadBill("subtotal", "is more than the lines come to; is a row missing?")
    if said is not None and goods_discount > said + on_lines:
        raise BadBill("subtotal", "is less than the lines without the discounts; is a row there twice?")
    shipping, tax = _beside(subtotal, shipping, tax, total, max(0, (said or 0) - goods_discount))
    return Bill(
        subtotal=gross,
        discount=goods_discount,
        shipping=shipping,
        tax=tax,
        total=total,
        line_discounts=_line_discounts(lines, goods_discount),
        line_taxes=_line_taxes(lines, tax),
        captured=_captured(head, total),
        refunded=_refunded(head, total),
    )


def _beside(subtotal: int, shipping: int, tax: int, total: int, rest: int) -> tuple[int, int]:
    """What was charged for shipping and tax beside the goods; `rest` is a discount that the goods did not get."""
    off = min(rest, shipping)
    for free in dict.fromkeys((0, off)):
        for extra in dict.fromkeys((tax, 0)):
            if subtotal + shipping - free + extra == total:
                return shipping - free, extra
    raise BadBill("total", "is not the sum of subtotal, shipping and taxes")


def _line_discounts(lines: list[LineRow], discount: int) -> list[int]:
    """Discounts that stand on lines, where they are part of the order's; the rest of it stays on the order."""
    stated = [line.line_discount or 0 for line in lines]
    if any(off > line.gross for off, line in zip(stated, lines, strict=True)):
        raise BadBill("line_discount", "is more than the line costs")
    if sum(stated) > discount:
        raise BadBill("line_discount", "the lines' discounts are more than the order's")
    return stated


def _line_taxes(lines: list[LineRow], tax: int) -> list[int]:
    """What is stated by line; else the order's tax, spread over what is taxable."""
    stated = [line.line_tax for line in lines]
    if all(each is not None for each in stated) and sum(each or 0 for each in stated) <= tax:
        return [each or 0 for each in stated]
    bases = [line.gross - (line.line_discount or 0) for line in lines]
    taxable = [base if line.taxable is not False else 0 for base, line in zip(bases, lines, strict=True)]
    return allocate(tax, taxable if sum(taxable) else bases)


def _captured(head: OrderRow, total: int) -> dict[str, int]:
    if head.financial_status in _TAKEN:
        taken = total
    elif head.financial_status == "partially_paid":
        if head.outstanding is None:
            raise BadBill("outstanding", "is missing, so it is not known how much was paid")
        if head.outstanding > total:
            raise BadBill("outstanding", "is more than the total")
        taken = total - head.outstanding
    else:
        taken = 0
    names = [name.strip() for name in head.payment_method.split("+") if name.strip()] or ["manual"]
    if not taken:
        return {}
    if len(names) == 1:
        return {names[0]: taken}
    split = {name: amount or 0 for name, amount in head.payments.items()}
    if sum(split.values()) != taken:
        ways = " and ".join(names)
        raise BadBill("payment_method", f"it was paid over {ways}, and the file does not say how much over each")
    return {name: amount for name, amount in split.items() if amount}


def _refunded(head: OrderRow, total: int) -> int:
    taken = sum(_captured(head, total).values())
    back = head.refunded or 0
    if head.financial_status == "refunded" and not back:
        back = taken
    if back > taken:
        raise BadBill("refunded", "is more than what was paid")
    return back
