"""What may be done to an order as it stands, by its status and the shop's rules alone, without I/O."""

from collections.abc import Sequence

from commerce.orders.models import Order, OrderLine
from commerce.policies.schema import (
    AddressChangeRules,
    CancellationRules,
    ExchangeRules,
    ItemChangeRules,
    PaymentChangeRules,
    ReturnRules,
)
from commerce.policies.service import PolicyBook


def possible(order: Order, lines: Sequence[OrderLine], policies: PolicyBook) -> list[str]:
    """Kinds of action that the status, the one-time rules and the counts of units leave open.

    Time limits, stock, money and reasons are not looked at: the action itself does.
    """
    on = order.placed_at.date()
    items = policies.offered(ItemChangeRules, on)
    payments = policies.offered(PaymentChangeRules, on)
    exchanges = policies.offered(ExchangeRules, on)
    over = items.blocks if items and order.items_changed_at else []
    unsent = any(line.quantity > line.cancelled + line.shipped for line in lines)
    back = any(line.returned for line in lines)
    arrived = order.status in ("delivered", "partly_shipped", "shipped")
    keeps = arrived and any(line.shipped > line.returned for line in lines)
    cancellation, returns = policies.rules(CancellationRules, on), policies.rules(ReturnRules, on)
    rules = {
        "cancel_order": unsent and order.status in cancellation.statuses and "cancellation" not in over,
        "change_address": order.status in policies.rules(AddressChangeRules, on).statuses
        and "address_change" not in over,
        "change_payment": payments is not None
        and order.status in payments.statuses
        and "payment_changes" not in over
        and not (payments.once_per_order and order.payment_changed_at),
        "change_items": items is not None
        and unsent
        and order.status in items.statuses
        and not (items.once_per_order and order.items_changed_at),
        "return_items": keeps and not (returns.once_per_order and back),
        "exchange_items": keeps and exchanges is not None and not (exchanges.once_per_order and back),
    }
    return [kind for kind, open_now in rules.items() if open_now]
