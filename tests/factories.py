"""Rows for tests, complete and consistent with each other.

    a_customer(session, first_name="Ann")                  a customer with an account
    a_method(session, customer, kind="card", balance=0)    a card, wallet or gift card
    a_location(session, name="Boulder")                    a distribution centre, or kind="store"
    a_carrier(session)
    a_variant(session, title="Ridgeline Tent")             a product with one variant, and its price
    a_level(session, location, variant, on_hand=5)         stock, with its opening movement
    an_order(session, customer, lines=[Line(variant)])     an order with stock reserved or sent, fulfilment,
                                                           parcels, payments and books

    shop_at(session, policies, clock)                      a `Shop`
    customer_principal(customer), staff_principal("lead")  who acts

Whatever `an_order` is not given it makes: a variant, a place, a card. Every function flushes and none commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce import tables as _tables
from commerce.catalogue.models import Price, Product, Variant
from commerce.identity.principal import Principal, Role
from commerce.orders.models import (
    FulfilmentLine,
    FulfilmentOrder,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    Shipment,
    ShipmentStatus,
)
from commerce.payments.booking import sale
from commerce.payments.models import Payment
from commerce.payments.service import Payments
from commerce.people.models import Address, Customer, PaymentMethod, PaymentMethodKind
from commerce.places.models import Carrier, InventoryLevel, Location, MoveReason, StockMove
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import Clock, FixedClock
from core.ids import new_id

assert _tables

NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
HOME = Address(address1="12 Pine Street", city="Denver", state="CO", zip="80203")
_number = count(1)


@dataclass(frozen=True)
class Line:
    """What to put on an order."""

    variant: Variant | None = None
    quantity: int = 1
    unit_price: int = 5000
    discount: int = 0
    tax: int = 0
    short: int = 0
    restock_on: date | None = None
    title: str = ""


def shop_at(session: AsyncSession, policies: PolicyBook, clock: Clock | None = None) -> Shop:
    """The shop inside a transaction."""
    return Shop(session, policies, clock or FixedClock(NOW))


def customer_principal(customer: Customer) -> Principal:
    """The customer, signed in."""
    return Principal(session_id=f"ses_{customer.id}", customer_id=customer.id, verified_by="sign_in")


def staff_principal(*roles: str) -> Principal:
    """A colleague."""
    return Principal(session_id="ses_staff", roles=frozenset(Role(role) for role in roles), staff_name="Robin")


async def _add(session: AsyncSession, *rows: SQLModel) -> None:
    session.add_all(rows)
    await session.flush()


def _source(row_id: str) -> dict[str, str]:
    return {"source": "test", "external_id": row_id}


async def a_customer(session: AsyncSession, **values: Any) -> Customer:
    """A customer with an account."""
    row_id = new_id("cus")
    defaults = {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": f"{row_id}@example.com",
        "address": HOME.model_dump(),
        "created_at": NOW - timedelta(days=700),
    }
    customer = Customer(**{"id": row_id, **_source(row_id), **defaults, **values})
    await _add(session, customer)
    return customer


async def a_method(session: AsyncSession, customer: Customer, kind: str = "card", **values: Any) -> PaymentMethod:
    """A way to pay: a Visa ending 4242, PayPal, or a gift card ending 0931."""
    defaults = {"card": ("Visa", "4242"), "wallet": ("PayPal", ""), "gift_card": ("", "0931")}[kind]
    row_id = new_id("pay")
    method = PaymentMethod(
        **{
            "id": row_id,
            **_source(row_id),
            "customer_id": customer.id,
            "kind": kind,
            "brand": defaults[0],
            "last4": defaults[1],
            "created_at": NOW - timedelta(days=600),
            **values,
        }
    )
    await _add(session, method)
    return method


async def a_location(session: AsyncSession, name: str = "Boulder", **values: Any) -> Location:
    """A distribution centre."""
    row_id = new_id("loc")
    location = Location(**{"id": row_id, **_source(row_id), "name": name, **values})
    await _add(session, location)
    return location


async def a_carrier(session: AsyncSession) -> Carrier:
    """Who carries parcels."""
    service = {"code": "ground", "name": "Ground", "days_min": 3, "days_max": 5, "price": 695}
    carrier = Carrier(id=new_id("car"), name="Swift", services=[service], tracking_url="https://swift.example/{number}")
    await _add(session, carrier)
    return carrier


async def a_variant(
    session: AsyncSession, title: str = "Ridgeline Tent", *, category: str = "Tents", price: int = 5000, **values: Any
) -> Variant:
    """A product with one variant and its price."""
    product_id, row_id = new_id("prd"), new_id("var")
    product = Product(
        id=product_id,
        handle=f"{title.lower().replace(' ', '-')}-{product_id[-6:]}",
        title=title,
        category=category,
        created_at=NOW - timedelta(days=800),
        updated_at=NOW - timedelta(days=800),
        **_source(product_id),
    )
    await _add(session, product)
    variant = Variant(
        **{
            "id": row_id,
            **_source(row_id),
            "product_id": product_id,
            "sku": row_id,
            "title": "Blue",
            "options": {"Color": "Blue"},
            **values,
        }
    )
    await _add(session, variant)
    await _add(
        session,
        Price(id=new_id("prc"), variant_id=row_id, amount=price, currency="USD", valid_from=product.created_at),
    )
    return variant


async def a_level(
    session: AsyncSession, location: Location, variant: Variant, on_hand: int = 5, **values: Any
) -> InventoryLevel:
    """The stock of a variant in a place; more of it when it is there already."""
    level = await session.get(InventoryLevel, (location.id, variant.id), populate_existing=True)
    if level is None:
        level = InventoryLevel(location_id=location.id, variant_id=variant.id, updated_at=NOW)
    level.on_hand += on_hand
    for name, value in values.items():
        setattr(level, name, value)
    await _add(session, level, _move(location, variant, on_hand=on_hand, reason=MoveReason.opening))
    return level


def _move(location: Location, variant: Variant, **values: Any) -> StockMove:
    return StockMove(id=new_id("mov"), location_id=location.id, variant_id=variant.id, created_at=NOW, **values)


async def an_order(
    session: AsyncSession,
    customer: Customer,
    lines: Sequence[Line] = (Line(),),
    *,
    status: str = OrderStatus.pending,
    location: Location | None = None,
    paid: Sequence[tuple[PaymentMethod, int | None]] = (),
    shipping: int = 0,
    placed_at: datetime = NOW - timedelta(days=1),
    delivered_at: datetime | None = None,
    **values: Any,
) -> tuple[Order, list[OrderLine]]:
    """An order, and its lines in the order given.

    `pending` and `processing` orders have their units reserved, `shipped` and `delivered` ones have a parcel.
    `paid` are payments in sequence; an amount of `None` is what is left. Unpaid orders are not made: without
    `paid` a card pays everything.
    """
    place = location or await a_location(session)
    full = [replace(line, variant=line.variant or await a_variant(session)) for line in lines]
    order = _order(customer, full, status, shipping, placed_at, values)
    await _add(session, order)
    rows = [await _line(session, order, line, status) for line in full]
    await _fulfil(session, order, place, full, rows, delivered_at)
    methods = list(paid) or [(await a_method(session, customer), None)]
    await _pay(session, order, methods)
    return order, rows


def _order(
    customer: Customer, lines: list[Line], status: str, shipping: int, placed_at: datetime, values: dict[str, Any]
) -> Order:
    row_id = new_id("ord")
    subtotal = sum(line.unit_price * line.quantity for line in lines)
    discount, tax = sum(line.discount for line in lines), sum(line.tax for line in lines)
    defaults: dict[str, Any] = {
        "id": row_id,
        **_source(row_id),
        "number": f"SW-{104000 + next(_number)}",
        "customer_id": customer.id,
        "email": customer.email,
        "status": status,
        "ship_to": HOME.model_dump(),
        "subtotal": subtotal,
        "discount": discount,
        "shipping": shipping,
        "tax": tax,
        "total": subtotal - discount + shipping + tax,
        "promised_on": (placed_at + timedelta(days=6)).date(),
        "placed_at": placed_at,
    }
    return Order(**{**defaults, **values})


async def _line(session: AsyncSession, order: Order, line: Line, status: str) -> OrderLine:
    assert line.variant is not None
    product = await session.get(Product, line.variant.product_id)
    assert product is not None
    sent = line.quantity - line.short if status in (OrderStatus.shipped, OrderStatus.delivered) else 0
    row = OrderLine(
        id=new_id("lin"),
        order_id=order.id,
        product_id=product.id,
        variant_id=line.variant.id,
        title=line.title or product.title,
        options=line.variant.options,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
        short=line.short,
        shipped=sent,
        restock_on=line.restock_on,
    )
    await _add(session, row)
    return row


_PLACE_STATUS = {
    OrderStatus.pending: FulfilmentStatus.open,
    OrderStatus.processing: FulfilmentStatus.packing,
    OrderStatus.shipped: FulfilmentStatus.shipped,
    OrderStatus.delivered: FulfilmentStatus.shipped,
}


async def _fulfil(
    session: AsyncSession,
    order: Order,
    place: Location,
    lines: list[Line],
    rows: list[OrderLine],
    delivered_at: datetime | None,
) -> None:
    sending = [(line, row, row.quantity - row.short) for line, row in zip(lines, rows, strict=True)]
    sending = [item for item in sending if item[2]]
    if not sending or order.status not in _PLACE_STATUS:
        return
    part = FulfilmentOrder(
        id=new_id("ful"),
        order_id=order.id,
        location_id=place.id,
        status=_PLACE_STATUS[OrderStatus(order.status)],
        created_at=order.placed_at,
    )
    await _add(session, part)
    for line, row, units in sending:
        assert line.variant is not None
        await _add(session, FulfilmentLine(fulfilment_order_id=part.id, order_line_id=row.id, quantity=units))
        if part.status != FulfilmentStatus.shipped:
            level = await a_level(session, place, line.variant, on_hand=units)
            level.reserved += units
            await _add(session, _move(place, line.variant, reserved=units, reason=MoveReason.reserve))
    if part.status == FulfilmentStatus.shipped:
        await _add(session, await _parcel(session, order, part, delivered_at))


async def _parcel(
    session: AsyncSession, order: Order, part: FulfilmentOrder, delivered_at: datetime | None
) -> Shipment:
    delivered = order.status == OrderStatus.delivered
    assert order.promised_on is not None
    return Shipment(
        id=new_id("shp"),
        order_id=order.id,
        fulfilment_order_id=part.id,
        carrier_id=(await a_carrier(session)).id,
        service="ground",
        tracking_number=f"1Z{new_id('')[1:13].upper()}",
        status=ShipmentStatus.delivered if delivered else ShipmentStatus.in_transit,
        promised_on=order.promised_on,
        shipped_at=order.placed_at + timedelta(days=1),
        delivered_at=(delivered_at or order.placed_at + timedelta(days=5)) if delivered else None,
    )


async def _pay(session: AsyncSession, order: Order, paid: Sequence[tuple[PaymentMethod, int | None]]) -> None:
    left = order.total
    rows: list[tuple[Payment, PaymentMethod]] = []
    for position, (method, amount) in enumerate(paid):
        share = left if amount is None else amount
        left -= share
        payment = Payment(
            id=new_id("pmt"),
            order_id=order.id,
            payment_method_id=method.id,
            amount=share,
            currency=order.currency,
            created_at=order.placed_at + timedelta(seconds=position),
        )
        rows.append((payment, method))
    await _add(session, *(payment for payment, _ in rows))
    shop = Shop(session, PolicyBook([], ""), FixedClock(order.placed_at))
    by_gift_card = sum(each.amount for each, method in rows if method.kind == PaymentMethodKind.gift_card)
    by_card = sum(each.amount for each, _ in rows) - by_gift_card
    await Payments(shop).book(order, sale(order, by_card, by_gift_card), reference=order.id)
