"""Booking imported orders, as `commerce.payments` books."""

from collections.abc import Mapping
from datetime import datetime

from commerce.orders.models import Order
from commerce.payments.models import Account, LedgerEntry
from core.ids import new_id
from core.money import allocate


def sale(order: Order, by_card: int, by_gift_card: int) -> list[LedgerEntry]:
    """An order as it was placed, with what was paid for it."""
    return book(
        order,
        {
            Account.sales: order.discount - order.subtotal,
            Account.tax: -order.tax,
            Account.shipping: -order.shipping,
            Account.cash: by_card,
            Account.gift_cards: by_gift_card,
            Account.receivable: order.total - by_card - by_gift_card,
        },
        order.placed_at,
    )


def taken(order: Order, by_card: int, by_gift_card: int, at: datetime) -> list[LedgerEntry]:
    """What was paid later."""
    amounts = {
        Account.cash: by_card,
        Account.gift_cards: by_gift_card,
        Account.receivable: -by_card - by_gift_card,
    }
    return book(order, amounts, at)


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
    return book(order, amounts, at)


def book(order: Order, amounts: Mapping[Account, int], at: datetime) -> list[LedgerEntry]:
    """One transaction; debits are positive."""
    assert sum(amounts.values()) == 0, f"a booking for order {order.number} is off by {sum(amounts.values())}"
    transaction = new_id("trn")
    return [
        LedgerEntry(
            id=new_id("led"),
            transaction_id=transaction,
            account=account,
            amount=amount,
            currency=order.currency,
            order_id=order.id,
            reference="import",
            created_at=at,
        )
        for account, amount in amounts.items()
        if amount
    ]
