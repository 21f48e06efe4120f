"""Transactions of the books. Debits are positive, and a transaction adds up to zero."""

from collections.abc import Mapping
from datetime import datetime

from commerce.orders.models import Order
from commerce.payments.errors import Unbalanced
from commerce.payments.models import Account, LedgerEntry
from core.ids import new_id


def sale(order: Order, by_card: int, by_gift_card: int) -> dict[Account, int]:
    """An order when it is placed, with what was paid for it."""
    return {
        Account.sales: order.discount - order.subtotal,
        Account.tax: -order.tax,
        Account.shipping: -order.shipping,
        Account.cash: by_card,
        Account.gift_cards: by_gift_card,
        Account.receivable: order.total - by_card - by_gift_card,
    }


def entries(order: Order, amounts: Mapping[Account, int], reference: str, at: datetime) -> list[LedgerEntry]:
    """The rows of one transaction.

    Raises:
        Unbalanced: the amounts do not add up to zero.
    """
    if sum(amounts.values()):
        raise Unbalanced(f"A booking for order {order.number} is off by {sum(amounts.values())}.")
    transaction = new_id("trn")
    return [
        LedgerEntry(
            id=new_id("led"),
            transaction_id=transaction,
            account=account,
            amount=amount,
            currency=order.currency,
            order_id=order.id,
            reference=reference,
            created_at=at,
        )
        for account, amount in amounts.items()
        if amount
    ]
