"""The rows of an order that the shop does not have yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import SQLModel

from commerce.orders.models import (
    FulfilmentLine,
    FulfilmentOrder,
    FulfilmentStatus,
    Order,
    OrderLine,
    Shipment,
    ShipmentStatus,
)
from commerce.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from commerce.people.models import Customer, PaymentMethod, PaymentMethodKind
from core.ids import new_id
from ingest.orders.catalogue import Sold, title_when_bought
from ingest.orders.fate import Fate
from ingest.orders.parse import OrderDraft


@dataclass(slots=True)
class Parts:
    """How much of an order was, or goes, over which kind of payment."""

    by_card: int = 0
    by_gift_card: int = 0

    def add(self, method: PaymentMethod, amount: int) -> None:
        """Count an amount."""
        if method.kind == PaymentMethodKind.gift_card:
            self.by_gift_card += amount
        else:
            self.by_card += amount

    @property
    def total(self) -> int:
        """All of it."""
        return self.by_card + self.by_gift_card


def order_row(draft: OrderDraft, customer: Customer, source: str, currency: str) -> Order:
    """The order itself, still pending."""
    head, amounts = draft.head, draft.bill
    return Order(
        id=new_id("ord"),
        number=head.name,
        customer_id=customer.id,
        email=head.email,
        channel="store" if head.channel.lower() == "pos" else "web",
        ship_to=draft.ship_to,
        currency=currency,
        subtotal=amounts.subtotal,
        discount=amounts.discount,
        shipping=amounts.shipping,
        tax=amounts.tax,
        total=amounts.total,
        placed_at=head.created_at,
        cancelled_at=head.cancelled_at,
        source=source,
        external_id=head.external_id or head.name,
    )


def line_rows(order: Order, draft: OrderDraft, sold: Sequence[Sold], fates: Sequence[Fate]) -> list[OrderLine]:
    """The order's lines, in the sequence of the file."""
    stem = new_id("lin")
    return [
        OrderLine(
            # Lines are read back by id, so ids keep the file's sequence.
            id=f"{stem}_{position:04d}",
            order_id=order.id,
            product_id=product.id,
            variant_id=variant.id,
            title=title_when_bought(line, variant),
            options=variant.options,
            quantity=line.row.quantity,
            unit_price=line.row.price,
            discount=discount,
            tax=tax,
            cancelled=fate.cancelled,
            shipped=fate.shipped,
            returned=fate.returned,
        )
        for position, (line, (variant, product), fate, discount, tax) in enumerate(
            zip(draft.lines, sold, fates, draft.bill.line_discounts, draft.bill.line_taxes, strict=True)
        )
    ]


def part_rows(
    order: Order, location_id: str, units: Sequence[tuple[OrderLine, int]], status: FulfilmentStatus, at: datetime
) -> list[SQLModel]:
    """What one place sends or has sent; nothing where there are no units. The part itself comes first."""
    some = [(line, count) for line, count in units if count]
    if not some:
        return []
    part = FulfilmentOrder(id=new_id("ful"), order_id=order.id, location_id=location_id, status=status, created_at=at)
    return [
        part,
        *(FulfilmentLine(fulfilment_order_id=part.id, order_line_id=line.id, quantity=count) for line, count in some),
    ]


def parcel_row(order: Order, part_id: str, carrier_id: str, sent: datetime, arrived: datetime) -> Shipment:
    """A parcel that has arrived. Of one that still travels an export tells nothing worth saying."""
    return Shipment(
        id=new_id("shp"),
        order_id=order.id,
        fulfilment_order_id=part_id,
        carrier_id=carrier_id,
        service="",
        tracking_number="",
        status=ShipmentStatus.delivered,
        promised_on=arrived.date(),
        shipped_at=sent,
        delivered_at=max(arrived, sent),
    )


def payment_row(order: Order, method: PaymentMethod, amount: int, at: datetime) -> Payment:
    """Money taken."""
    return Payment(
        id=new_id("pay"),
        order_id=order.id,
        payment_method_id=method.id,
        amount=amount,
        currency=order.currency,
        created_at=at,
    )


def give_back(
    order: Order, payments: Sequence[tuple[Payment, PaymentMethod]], amount: int, at: datetime
) -> tuple[list[SQLModel], Parts]:
    """Refund an amount over the payments, gift cards first, as the shop itself would. Never more than was paid."""
    rows: list[SQLModel] = []
    over = Parts()
    for payment, method in sorted(payments, key=lambda pair: pair[1].kind != PaymentMethodKind.gift_card):
        share = min(amount - over.total, payment.amount - payment.refunded)
        if share <= 0:
            continue
        payment.refunded += share
        if payment.refunded == payment.amount:
            payment.status = PaymentStatus.refunded
        over.add(method, share)
        rows.append(
            Refund(
                id=new_id("ref"),
                order_id=order.id,
                payment_id=payment.id,
                payment_method_id=method.id,
                amount=share,
                currency=order.currency,
                reason="imported",
                status=RefundStatus.paid,
                created_at=at,
            )
        )
    return rows, over
