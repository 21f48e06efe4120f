"""A difference in price: which payment takes it, and how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from commerce.actions.base import MoneyEffect, Verdict
from commerce.actions.on_order import refuse
from commerce.actions.refunding import held_back, promise_refunds, refund_effects
from commerce.orders.models import Order
from commerce.orders.values import Share
from commerce.payments.service import Payments, RefundPart, too_little
from commerce.people.models import PaymentMethod, PaymentMethodKind
from commerce.policies.schema import DifferenceRules, Money
from commerce.shop import Shop
from core.money import format_money

_NAMES: dict[Money, str] = {"original": "the payment you used", "gift_card": "a gift card of yours"}


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a difference is paid, or paid back."""

    charged: int = 0
    method: PaymentMethod | None = None
    """What is charged; `None` where nothing is."""
    refunds: tuple[RefundPart, ...] = ()

    @property
    def refunded(self) -> int:
        """What goes back."""
        return sum(part.amount for part in self.refunds)


async def check_method(
    shop: Shop, order: Order, rules: DifferenceRules, method_id: str | None, amount: int, clause: str
) -> Verdict | None:
    """The refusal of a payment that cannot take a difference; positive is charged, negative refunded."""
    paid = [method for _, method in await Payments(shop).standing(order.id)]
    used = {method.id: method for method in paid}
    money = format_money(abs(amount), order.currency)
    if method_id is None:
        if amount and (rules.choose_method or (amount > 0 and len(used) != 1)):
            return refuse(f"Please tell us which payment takes the difference of {money}.", clause)
        method = next(iter(used.values()), None)
    else:
        method = await own_method(shop, order, method_id)
        if method is None:
            return refuse("You have no such way to pay.", clause)
    allowed = rules.charge_to if amount > 0 else rules.refund_to
    if amount and not _fits(method, allowed, list(used), as_paid=method_id is None):
        ways = " or ".join(_NAMES[way] for way in allowed if way in _NAMES)
        verb = "paid with" if amount > 0 else "refunded to"
        return refuse(f"The difference of {money} can only be {verb} {ways}.", clause)
    if amount > 0 and method:
        return refuse_poor(method, amount, clause)
    return None


def _fits(method: PaymentMethod | None, allowed: Sequence[Money], used: Sequence[str], *, as_paid: bool) -> bool:
    if "any" in allowed or ("original" in allowed and as_paid):
        return True
    if method is None:
        return False
    gift_card = method.kind == PaymentMethodKind.gift_card
    return ("gift_card" in allowed and gift_card) or ("original" in allowed and method.id in used)


async def own_method(shop: Shop, order: Order, method_id: str) -> PaymentMethod | None:
    """A way to pay of the order's customer, in the order's currency."""
    method = await Payments(shop).method(method_id)
    if method is None or method.customer_id != order.customer_id or method.currency != order.currency:
        return None
    return method


def refuse_poor(method: PaymentMethod, amount: int, clause: str) -> Verdict | None:
    """The refusal of a gift card that holds less than it should pay."""
    if method.kind != PaymentMethodKind.gift_card or method.balance >= amount:
        return None
    return refuse(too_little(method, amount), clause)


async def settlement(shop: Shop, order: Order, method_id: str | None, amount: int) -> Settlement:
    """How a difference that passed `check_method` is paid, or paid back."""
    payments = Payments(shop)
    method = await payments.method(method_id) if method_id else None
    if amount > 0:
        method = method or (await payments.standing(order.id))[0][1]
        return Settlement(charged=amount, method=method)
    parts = await payments.plan(order.id, -amount, await held_back(shop, order), to=method)
    return Settlement(refunds=tuple(parts))


def money_effects(shop: Shop, order: Order, settled: Settlement, when: str = "") -> tuple[MoneyEffect, ...]:
    """The difference as effects; several payments that give back to one method are one effect."""
    if settled.method:
        charge = MoneyEffect(
            direction="charge",
            amount=settled.charged,
            currency=order.currency,
            payment_method_id=settled.method.id,
            method=settled.method.label,
            when=when,
        )
        return (charge,)
    merged: dict[str, RefundPart] = {}
    for part in settled.refunds:
        known = merged.get(part.method.id)
        merged[part.method.id] = replace(known, amount=known.amount + part.amount) if known else part
    return refund_effects(shop, order, list(merged.values()))


async def settle(shop: Shop, order: Order, settled: Settlement, *, reason: str, receipt_id: str) -> None:
    """Move the money, and promise what does not arrive at once."""
    if settled.method:
        await Payments(shop).charge(order, settled.method, settled.charged, reference=receipt_id)
    if settled.refunds:
        # What it is for is booked already; the customer is only owed it.
        await Payments(shop).refund(order, Share(), settled.refunds, reason=reason, reference=receipt_id)
        await promise_refunds(shop, order, settled.refunds, receipt_id)
