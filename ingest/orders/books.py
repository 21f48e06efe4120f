"""Booking imported orders, as `commerce.payments` books."""

from collections.abc import Mapping
from datetime import datetime

from commerce.orders.models import Order
from commerce.payments import booking
from commerce.payments.models import Account, LedgerEntry
from core.money import allocate


def sale(order: Order, by_card: int, by_gift_card: int) -> list[LedgerEntry]:
    """An order as it was placed, with what was paid for it."""
    return _book(order, booking.sale(order, by_card, by_gift_card), order.placed_at)


def taken(order: Order, by_card: int, by_gift_card: int, at: datetime) -> list[LedgerEntry]:
    """What was paid later."""
    amounts = {
        Account.cash: by_card,
        Account.gift_cards: by_gift_card,
        Account.receivable: -by_card - by_gift_card,
    }
    return _book(order, amounts, at)


def reversal(order: Order, by_card: int, by_gift_card: int, unpaid: int, at: datetime) -> list[LedgerEntry]:
    """What went back, and what need not be paid any more.

    The export does not say for what it was, so it comes off goods, tax and shipping in proportion.
    """
    parts = [order.subtotal - order.discount, order.tax, order.shipping]
    goods, tax, shipping = allocate(by_card + by_gift_card + unpaid, parts)
    amounts = {
        Account.sales: goods,
        Account.tax: tax,
        Account.shipping: shipping,
        Account.cash: -by_card,
        Account.gift_cards: -by_gift_card,
        Account.receivable: -unpaid,
    }
    return _book(order, amounts, at)


def _book(order: Order, amounts: Mapping[Account, int], at: datetime) -> list[LedgerEntry]:
    return booking.entries(order, amounts, "import", at)
