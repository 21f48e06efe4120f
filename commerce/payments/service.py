"""Giving money back, and the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commerce.actions.outbox import tell
from commerce.orders.models import Order
from commerce.orders.values import Share
from commerce.payments.booking import entries
from commerce.payments.errors import NotEnoughBalance
from commerce.payments.models import Account, Payment, PaymentStatus, Refund, RefundStatus
from commerce.payments.repository import PaymentRepository
from commerce.people.models import PaymentMethod, PaymentMethodKind
from commerce.policies.schema import RefundRules
from commerce.shop import Shop
from core.ids import new_id
from core.money import format_money


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What goes back over one payment."""

    payment: Payment
    method: PaymentMethod
    amount: int


class Payments:
    """Refunds and bookings. Nothing is ever given back that was not paid."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._rows = PaymentRepository(shop.session)

    async def method(self, method_id: str) -> PaymentMethod | None:
        """A way to pay."""
        return await self._rows.method(method_id)

    async def of_order(self, order_id: str) -> Sequence[tuple[Payment, PaymentMethod]]:
        """What was paid for an order, and how."""
        return await self._rows.of_order(order_id)

    async def standing(self, order_id: str) -> list[tuple[Payment, PaymentMethod]]:
        """The payments of an order that still hold something."""
        return [(payment, method) for payment, method in await self.of_order(order_id) if held(payment)]

    async def plan(
        self, order_id: str, amount: int, held_back: int = 0, to: PaymentMethod | None = None
    ) -> list[RefundPart]:
        """Over which payments an amount goes back: gift cards first, then as they were used.

        Comes to less than the amount where less was paid. `held_back` is promised to somebody already. All of
        it goes `to` a way to pay where one is given, out of what was paid with it first.
        """
        paid = sorted(
            await self._rows.of_order(order_id),
            key=lambda row: (to is not None and row[1].id != to.id, row[1].kind != PaymentMethodKind.gift_card),
        )
        room = sum(held(payment) for payment, _ in paid) - held_back
        left = max(0, min(amount, room))
        parts = []
        for payment, method in paid:
            share = min(left, held(payment))
            if share > 0:
                parts.append(RefundPart(payment, to or method, share))
                left -= share
        return parts

    async def charge(self, order: Order, method: PaymentMethod, amount: int, *, reference: str) -> Payment:
        """Take an amount that the customer owes for an order.

        A gift card pays at once; cards and wallets are charged at the provider.

        Raises:
            NotEnoughBalance: the gift card holds less.
        """
        gift_card = method.kind == PaymentMethodKind.gift_card
        if gift_card:
            if method.balance < amount:
                raise NotEnoughBalance(too_little(method, amount))
            method.balance -= amount
            method.version += 1
        payment = Payment(
            id=new_id("pmt"),
            order_id=order.id,
            payment_method_id=method.id,
            amount=amount,
            currency=order.currency,
            position=await self._rows.booked(order.id) + 1,
            created_at=self._shop.clock.now(),
        )
        await self._rows.add([payment])
        topic = "payment.captured" if gift_card else "payment.requested"
        await tell(self._shop, topic, {"payment_id": payment.id, "order": order.number})
        taken = Account.gift_cards if gift_card else Account.cash
        await self.book(order, {taken: amount, Account.receivable: -amount}, reference)
        return payment

    async def refund(
        self, order: Order, share: Share, parts: Sequence[RefundPart], *, reason: str, reference: str
    ) -> list[Refund]:
        """Give money back for part of an order, and book it.

        A gift card has its balance at once; cards and wallets are asked for at the provider. What of the
        share was never paid comes off the customer's debt.
        """
        refunds = []
        booked = await self._rows.booked(order.id)
        for position, part in enumerate(parts, start=booked + 1):
            at_once = part.method.kind == PaymentMethodKind.gift_card
            part.payment.refunded += part.amount
            if part.payment.refunded == part.payment.amount:
                part.payment.status = PaymentStatus.refunded
            if at_once:
                part.method.balance += part.amount
                part.method.version += 1
            refunds.append(
                Refund(
                    id=new_id("ref"),
                    order_id=order.id,
                    payment_id=part.payment.id,
                    payment_method_id=part.method.id,
                    amount=part.amount,
                    currency=order.currency,
                    reason=reason,
                    status=RefundStatus.paid if at_once else RefundStatus.requested,
                    position=position,
                    created_at=self._shop.clock.now(),
                )
            )
        await self._rows.add(refunds)
        for refund in refunds:
            await tell(self._shop, f"refund.{refund.status}", {"refund_id": refund.id, "order": order.number})
        await self._book_refund(order, share, refunds, reference)
        return refunds

    async def _book_refund(self, order: Order, share: Share, refunds: list[Refund], reference: str) -> None:
        at_once = sum(refund.amount for refund in refunds if refund.status == RefundStatus.paid)
        later = sum(refund.amount for refund in refunds) - at_once
        await self.book(
            order,
            {
                Account.sales: share.goods,
                Account.tax: share.tax,
                Account.shipping: share.shipping,
                Account.gift_cards: -at_once,
                Account.refunds_due: -later,
                Account.receivable: at_once + later - share.total,
            },
            reference,
        )

    async def book(self, order: Order, amounts: Mapping[Account, int], reference: str) -> None:
        """Write one transaction; debits are positive.

        Raises:
            Unbalanced: the amounts do not add up to zero.
        """
        await self._rows.add(entries(order, amounts, reference, self._shop.clock.now()))


def held(payment: Payment) -> int:
    """What of a payment was not given back."""
    return payment.amount - payment.refunded


def too_little(method: PaymentMethod, amount: int) -> str:
    """The sentence for a gift card that holds less than it should pay."""
    holds, needed = format_money(method.balance, method.currency), format_money(amount, method.currency)
    return f"Your {method.label} holds {holds}, and {needed} is needed."


def refund_days(rules: RefundRules, kind: str) -> tuple[int, int]:
    """The fewest and most business days until a refund shows; zero for a gift card."""
    if kind == PaymentMethodKind.gift_card:
        return 0, 0
    if kind == PaymentMethodKind.wallet:
        return rules.wallet_days_min, rules.wallet_days_max
    return rules.card_days_min, rules.card_days_max


def refund_when(rules: RefundRules, kind: str) -> str:
    """`within 5 to 7 business days`, or `at once`."""
    least, most = refund_days(rules, kind)
    if not most:
        return "at once"
    return f"within {least} to {most} business days" if least != most else f"within {most} business days"


def add_business_days(day: date, count: int) -> date:
    """The day so many working days (Monday to Friday) later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
