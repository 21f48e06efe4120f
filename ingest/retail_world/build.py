"""From records to rows of the shop."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import SQLModel

from commerce.catalogue.models import Price, Product, StockPolicy, Variant
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
from commerce.payments.models import Account, LedgerEntry, Payment, PaymentStatus, Refund, RefundStatus
from commerce.people.models import Customer, Identity, PaymentMethod, PaymentMethodKind
from commerce.places.models import Carrier, Location, LocationKind
from ingest.retail_world.records import (
    AddressRecord,
    MethodRecord,
    OrderRecord,
    ProductRecord,
    UserRecord,
    VariantRecord,
)

CHANNEL = "web"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_COUNTRIES = {"USA": "US"}
_KINDS = {
    "credit_card": PaymentMethodKind.card,
    "paypal": PaymentMethodKind.wallet,
    "gift_card": PaymentMethodKind.gift_card,
}
_STATUSES = {"processed": OrderStatus.processing}
_PARTS = {
    OrderStatus.processing: FulfilmentStatus.packing,
    OrderStatus.delivered: FulfilmentStatus.shipped,
    OrderStatus.cancelled: FulfilmentStatus.cancelled,
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What every row of an import shares."""

    source: str
    at: datetime
    """The moment of the import."""
    currency: str

    def id(self, prefix: str, *named: str, position: int = 0) -> str:
        """The id of a row: the same at every import, and telling nothing of what it names.

        Rows that differ only in their position sort by it.
        """
        digest = hashlib.sha256("\0".join((self.source, *named)).encode()).digest()
        return f"{prefix}_{''.join(_ALPHABET[byte % 32] for byte in digest[:22])}{position:04d}"

    @property
    def place_id(self) -> str:
        """Where everything is sent from."""
        return self.id("loc", "place")

    @property
    def carrier_id(self) -> str:
        """Who carries everything."""
        return self.id("car", "carrier")


def ground(origin: Origin) -> list[SQLModel]:
    """The place and the carrier, of which the files say nothing."""
    return [
        Location(
            id=origin.place_id,
            name="Warehouse",
            kind=LocationKind.distribution_centre,
            source=origin.source,
            external_id="default",
        ),
        Carrier(id=origin.carrier_id, name="The carrier"),
    ]


def product(origin: Origin, key: str, record: ProductRecord, handle: str) -> Product:
    """A product."""
    return Product(
        id=origin.id("prd", key),
        handle=handle,
        title=record.name,
        source=origin.source,
        external_id=key,
        created_at=origin.at,
        updated_at=origin.at,
    )


def variant(origin: Origin, product_id: str, record: VariantRecord, position: int) -> Variant:
    """A variant, of which is known only whether there is any."""
    return Variant(
        id=origin.id("var", record.item_id),
        product_id=product_id,
        sku=record.item_id,
        title=" / ".join(record.options.values()),
        options=record.options,
        position=position,
        stock=stock(record),
        source=origin.source,
        external_id=record.item_id,
    )


def stock(record: VariantRecord) -> StockPolicy:
    """Whether there is any."""
    return StockPolicy.always if record.available else StockPolicy.never


def price(origin: Origin, record: VariantRecord, known: int) -> Price:
    """What a variant costs from now on; `known` counts the prices it had before."""
    return Price(
        id=origin.id("prc", record.item_id, position=known),
        variant_id=origin.id("var", record.item_id),
        channel=CHANNEL,
        amount=record.price,
        currency=origin.currency,
        valid_from=origin.at,
    )


def customer(origin: Origin, key: str, user: UserRecord) -> Iterator[SQLModel]:
    """A customer with the ways to be known and to pay."""
    customer_id = origin.id("cus", key)
    yield Customer(
        id=customer_id,
        first_name=user.name.first_name,
        last_name=user.name.last_name,
        email=user.email.lower(),
        address=_address(user.address),
        source=origin.source,
        external_id=key,
        created_at=origin.at,
    )
    for channel, value in (("account", f"{origin.source}:{key}"), ("email", user.email.lower())):
        yield Identity(
            id=origin.id("idn", channel, key),
            customer_id=customer_id,
            channel=channel,
            value=value,
            created_at=origin.at,
        )
    for position, method in enumerate(user.payment_methods.values()):
        yield _method(origin, customer_id, method, position)


def _method(origin: Origin, customer_id: str, method: MethodRecord, position: int) -> PaymentMethod:
    kind = _KINDS[method.source]
    digits = "".join(character for character in method.id if character.isdigit())
    return PaymentMethod(
        id=origin.id("pm", method.id, position=position),
        customer_id=customer_id,
        kind=kind,
        brand="PayPal" if kind == PaymentMethodKind.wallet else method.brand.title(),
        last4=digits[-4:] if kind == PaymentMethodKind.gift_card else method.last_four,
        balance=method.balance,
        currency=origin.currency,
        source=origin.source,
        external_id=method.id,
        created_at=origin.at,
    )


def _address(record: AddressRecord) -> dict[str, str]:
    return record.model_dump() | {"country": _COUNTRIES.get(record.country, record.country)}


class OrderRows:
    """The rows of one order."""

    def __init__(self, origin: Origin, key: str, record: OrderRecord, user: UserRecord) -> None:
        self._origin = origin
        self._key = key
        self._record = record
        self._user = user
        self._id = origin.id("ord", key)
        self._status = _STATUSES.get(record.status) or OrderStatus(record.status)
        self._total = sum(item.price for item in record.items)

    def rows(self) -> Iterator[SQLModel]:
        """The order, what is in it, where it is, what was paid, and the books."""
        origin, record = self._origin, self._record
        yield Order(
            id=self._id,
            number=self._key,
            customer_id=origin.id("cus", record.user_id),
            email=self._user.email.lower(),
            channel=CHANNEL,
            status=self._status,
            ship_to=_address(record.address),
            currency=origin.currency,
            subtotal=self._total,
            total=self._total,
            placed_at=origin.at,
            dated=False,
            source=origin.source,
            external_id=self._key,
        )
        yield from self._lines()
        yield from self._parcels()
        yield from self._money()

    def _lines(self) -> Iterator[SQLModel]:
        for position, item in enumerate(self._record.items):
            yield OrderLine(
                id=self._line_id(position),
                order_id=self._id,
                product_id=self._origin.id("prd", item.product_id),
                variant_id=self._origin.id("var", item.item_id),
                title=item.name,
                options=item.options,
                quantity=1,
                unit_price=item.price,
                cancelled=int(self._status == OrderStatus.cancelled),
                shipped=int(self._status == OrderStatus.delivered),
            )

    def _line_id(self, position: int) -> str:
        return self._origin.id("oln", self._key, position=position)

    def _parcels(self) -> Iterator[SQLModel]:
        origin = self._origin
        free = list(enumerate(item.item_id for item in self._record.items))
        delivered = self._status == OrderStatus.delivered
        for position, parcel in enumerate(self._record.fulfillments):
            part = FulfilmentOrder(
                id=origin.id("ful", self._key, position=position),
                order_id=self._id,
                location_id=origin.place_id,
                status=_PARTS.get(self._status, FulfilmentStatus.open),
                created_at=origin.at,
            )
            yield part
            for item_id in parcel.item_ids:
                taken = next(each for each in free if each[1] == item_id)
                free.remove(taken)
                yield FulfilmentLine(
                    fulfilment_order_id=part.id,
                    order_line_id=self._line_id(taken[0]),
                    quantity=int(self._status != OrderStatus.cancelled),
                )
            for number, tracking in enumerate(parcel.tracking_id):
                yield Shipment(
                    id=origin.id("shp", self._key, str(position), position=number),
                    order_id=self._id,
                    fulfilment_order_id=part.id,
                    carrier_id=origin.carrier_id,
                    service="",
                    tracking_number=tracking,
                    status=ShipmentStatus.delivered if delivered else ShipmentStatus.label_created,
                )

    def _money(self) -> Iterator[SQLModel]:
        """Payments and refunds in their sequence; the books say what `commerce.payments` would have booked."""
        paid: list[tuple[str, Payment]] = []
        refunds: list[Refund] = []
        for position, entry in enumerate(self._record.payment_history):
            method_id = entry.payment_method_id
            if entry.transaction_type == "payment":
                paid.append((method_id, self._payment(position, method_id, entry.amount)))
            else:
                refunds += self._refund(position, method_id, entry.amount, paid)
        yield from (payment for _, payment in paid)
        yield from refunds
        taken = {account: 0 for account in (Account.cash, Account.gift_cards)}
        for method_id, payment in paid:
            taken[self._account(method_id)] += payment.amount
        owed = self._total - sum(taken.values())
        yield from self._book("sale", {Account.sales: -self._total, Account.receivable: owed, **taken})
        back = {account: 0 for account in taken}
        for method_id, payment in paid:
            back[self._account(method_id)] -= payment.refunded
        yield from self._book("refund", {Account.sales: -sum(back.values()), **back})

    def _payment(self, position: int, method_id: str, amount: int) -> Payment:
        return Payment(
            id=self._origin.id("pay", self._key, position=position),
            order_id=self._id,
            payment_method_id=self._method_id(method_id),
            amount=amount,
            currency=self._origin.currency,
            created_at=self._origin.at,
        )

    def _refund(self, position: int, method_id: str, amount: int, paid: list[tuple[str, Payment]]) -> Iterator[Refund]:
        for _, payment in (each for each in paid if each[0] == method_id):
            share = min(amount, payment.amount - payment.refunded)
            if share <= 0:
                continue
            amount -= share
            payment.refunded += share
            if payment.refunded == payment.amount:
                payment.status = PaymentStatus.refunded
            yield Refund(
                id=self._origin.id("ref", self._key, payment.id, position=position),
                order_id=self._id,
                payment_id=payment.id,
                payment_method_id=payment.payment_method_id,
                amount=share,
                currency=payment.currency,
                reason="cancelled",
                status=RefundStatus.paid,
                created_at=self._origin.at,
            )

    def _method_id(self, method_id: str) -> str:
        position = list(self._user.payment_methods).index(method_id)
        return self._origin.id("pm", method_id, position=position)

    def _account(self, method_id: str) -> Account:
        gift = self._user.payment_methods[method_id].source == "gift_card"
        return Account.gift_cards if gift else Account.cash

    def _book(self, what: str, amounts: dict[Account, int]) -> Iterator[LedgerEntry]:
        origin = self._origin
        for position, (account, amount) in enumerate(amounts.items()):
            if amount:
                yield LedgerEntry(
                    id=origin.id("led", self._key, what, position=position),
                    transaction_id=origin.id("trn", self._key, what),
                    account=account,
                    amount=amount,
                    currency=origin.currency,
                    order_id=self._id,
                    reference=self._id,
                    created_at=origin.at,
                )
