"""Loads an order export into the shop."""

import asyncio
from collections.abc import Sequence

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.orders.models import FulfilmentLine, FulfilmentOrder, FulfilmentStatus, Order, OrderLine, Shipment
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import Carrier, InventoryLevel, Location, StockMove
from core.ids import new_id
from ingest.batch import Batch, add_in_order, write
from ingest.customers.repository import CustomerRepository, changed_here
from ingest.names import DEFAULT_PLACE
from ingest.orders import books
from ingest.orders.build import Parts, give_back, line_rows, order_row, parcel_row, part_rows, payment_row
from ingest.orders.buyers import Buyers
from ingest.orders.catalogue import Catalogue, Sold, UnknownVariant
from ingest.orders.fate import arrived_at, fates, sent_at, status_of
from ingest.orders.parse import OrderDraft
from ingest.orders.repository import KnownOrder, OrderRows
from ingest.orders.update import move_goods, move_money, paired
from ingest.stock.levels import Levels
from ingest.stock.repository import StockRepository

_BREATH = 50
"""Orders after which a running server gets a turn."""
_CARRIER = "Parcel service"
"""An export does not say who carried an order."""
_KINDS: tuple[type[SQLModel], ...] = (
    Location,
    Carrier,
    Customer,
    PaymentMethod,
    Order,
    OrderLine,
    FulfilmentOrder,
    FulfilmentLine,
    Shipment,
    Payment,
    Refund,
    LedgerEntry,
    InventoryLevel,
    StockMove,
)


async def load(session: AsyncSession, batch: Batch, drafts: list[OrderDraft]) -> None:
    """Add the orders that are new, and move those forward that are known.

    An order of a product that the shop does not have is refused as a whole.
    """
    if drafts:
        await _Import(session, batch).load(drafts)


class _Import:
    """One import, inside its transaction."""

    def __init__(self, session: AsyncSession, batch: Batch) -> None:
        self._session = session
        self._batch = batch
        self._rows = OrderRows(session, batch.source)
        self._buyers = Buyers(batch)
        self._known: dict[str, KnownOrder] = {}
        self._numbers: dict[str, str] = {}
        self._changed: set[str] = set()
        self._places: dict[str, Location] = {}
        self._carrier = Carrier(id=new_id("car"), name=_CARRIER)
        self._levels = Levels([], "", batch.now)
        self._added: list[SQLModel] = []

    async def load(self, drafts: list[OrderDraft]) -> None:
        """Compare with what is there and write the differences."""
        catalogue = Catalogue(await self._rows.catalogue())
        await self._read(drafts)
        found = [(draft, sold) for draft in drafts if (sold := self._sold(draft, catalogue))]
        await self._read_stock([sold for _, sold in found])
        # Nothing is written before all is known, so that rows go in the sequence of `_KINDS`.
        with self._session.no_autoflush:
            for done, (draft, sold) in enumerate(found, 1):
                self._load_order(draft, sold)
                self._batch.progress(done, len(found))
                if not done % _BREATH:
                    await asyncio.sleep(0)
        self._added += [*self._buyers.added, *self._levels.added]
        await add_in_order(self._session, self._added, _KINDS)

    async def _read(self, drafts: list[OrderDraft]) -> None:
        stock = StockRepository(self._session, self._batch.source)
        # Locking the places first makes imports of one source wait for each other.
        self._places = await stock.places()
        self._known = await self._rows.by_number([draft.head.name for draft in drafts])
        ids = [draft.head.external_id for draft in drafts if draft.head.external_id]
        self._numbers = await self._rows.by_external_id(ids)
        targets = [f"order:{known.order.id}" for known in self._known.values()]
        self._changed = await changed_here(self._session, targets)
        people = CustomerRepository(self._session, self._batch.source)
        await self._buyers.find(people, self._rows, drafts)
        carrier = await self._rows.carrier(_CARRIER)
        if carrier is None:
            self._added.append(self._carrier)
        else:
            self._carrier = carrier

    async def _read_stock(self, sold: list[list[Sold]]) -> None:
        if not self._places:
            place = Location(id=new_id("loc"), name="Warehouse", source=self._batch.source, external_id=DEFAULT_PLACE)
            self._places[DEFAULT_PLACE] = place
            self._added.append(place)
        variants = {variant.id for each in sold for variant, _ in each}
        variants |= {line.variant_id for known in self._known.values() for line in known.lines}
        locations = {place.id for place in self._places.values()}
        locations |= {part.location_id for known in self._known.values() for part in known.places}
        stock = StockRepository(self._session, self._batch.source)
        found = await stock.levels(sorted(locations), sorted(variants))
        self._levels = Levels(found, f"import {self._batch.source}", self._batch.now)

    def _sold(self, draft: OrderDraft, catalogue: Catalogue) -> list[Sold]:
        """The variants of the lines; none where the order is refused."""
        name = draft.head.name
        known = self._known.get(name)
        if known and known.order.source != self._batch.source:
            self._refuse(
                draft, draft.line, "name", f"{name!r} is an order of the source {known.order.source!r} already"
            )
            return []
        there = self._numbers.get(draft.head.external_id, name)
        if there != name:
            self._refuse(draft, draft.line, "external_id", f"is order {there} of this shop")
            return []
        sold: list[Sold] = []
        for line in draft.lines:
            try:
                sold.append(catalogue.find(line))
            except UnknownVariant as error:
                self._batch.checker.refuse(line.line, error.field, f"{error}; order {name} is refused as a whole")
        if len(sold) < len(draft.lines):
            self._batch.report.refused += 1
            return []
        return sold

    def _refuse(self, draft: OrderDraft, line: int, name: str, why: str) -> None:
        self._batch.checker.refuse(line, name, why)
        self._batch.report.refused += 1

    def _load_order(self, draft: OrderDraft, sold: list[Sold]) -> None:
        known = self._known.get(draft.head.name)
        if known is None:
            self._add(draft, sold)
            self._batch.report.new += 1
        elif self._update(known, draft, sold):
            known.order.version += 1
            self._batch.report.changed += 1
        else:
            self._batch.report.same += 1
        self._batch.report.count("order lines", len(draft.lines))

    def _add(self, draft: OrderDraft, sold: list[Sold]) -> None:
        customer = self._buyers.customer(draft)
        order = order_row(draft, customer, self._batch.source, self._batch.currency)
        lines = line_rows(order, draft, sold, fates(draft))
        arrived = arrived_at(draft, self._batch.now)
        packing = draft.head.fulfillment_status == "in_progress"
        order.status = status_of(lines, arrived=arrived is not None, packing=packing)
        self._added += [order, *lines]
        place = self._place(draft, sold)
        part = FulfilmentStatus.packing if packing else FulfilmentStatus.open
        waiting = [(line, line.quantity - line.cancelled - line.shipped) for line in lines]
        for line, units in waiting:
            if units:
                self._levels.set_aside(place.id, line.variant_id, units, line.id)
        self._added += part_rows(order, place.id, waiting, part, order.placed_at)
        gone = [(line, line.shipped) for line in lines]
        self._ship(order, part_rows(order, place.id, gone, FulfilmentStatus.shipped, sent_at(draft)), draft)
        self._pay(order, lines, draft, customer)

    def _ship(self, order: Order, rows: Sequence[SQLModel], draft: OrderDraft) -> None:
        self._added += rows
        arrived = arrived_at(draft, self._batch.now)
        if arrived:
            parts = [row.id for row in rows if isinstance(row, FulfilmentOrder)]
            self._added += [parcel_row(order, part, self._carrier.id, sent_at(draft), arrived) for part in parts]

    def _pay(self, order: Order, lines: list[OrderLine], draft: OrderDraft, customer: Customer) -> None:
        payments = []
        paid = Parts()
        for name, amount in draft.bill.captured.items():
            method = self._buyers.method(customer, name, draft)
            payments.append((payment_row(order, method, amount, draft.head.paid_at or order.placed_at), method))
            paid.add(method, amount)
        self._added += [payment for payment, _ in payments]
        self._added += books.sale(order, paid.by_card, paid.by_gift_card)
        at = draft.head.cancelled_at or draft.head.fulfilled_at or draft.head.paid_at or order.placed_at
        refunds, over = give_back(order, payments, draft.bill.refunded, at)
        self._added += refunds
        gone = all(line.cancelled == line.quantity for line in lines)
        unpaid = order.total - paid.total if gone else 0
        if over.total or unpaid:
            self._added += books.reversal(order, over.by_card, over.by_gift_card, unpaid, at)

    def _update(self, known: KnownOrder, draft: OrderDraft, sold: list[Sold]) -> bool:
        order = known.order
        changed_here = f"order:{order.id}" in self._changed
        if order.total != draft.bill.total and not changed_here:
            self._note(draft, "total", "was edited since the last import: the order is left as it is")
            return False
        pairs = paired(known, draft, [variant.id for variant, _ in sold])
        if len(pairs) < len(draft.lines):
            if not changed_here:
                self._note(draft, "line_name", "the items were edited since the last import: left as they are")
                return False
            self._note(draft, "line_name", "items were changed in this shop: left as they are")
        goods = move_goods(known, draft, pairs, self._levels)
        money = move_money(known, draft, self._buyers, self._buyers.customer(draft), self._batch.now)
        self._added += [*goods.rows, *money.rows]
        values = self._status(known, draft)
        if draft.ship_to and not changed_here:
            values["ship_to"] = draft.ship_to
        elif draft.ship_to and draft.ship_to != order.ship_to:
            self._note(draft, "shipping_address1", "the order was changed in this shop: its address is left as it is")
        return any([goods.changed, money.changed, self._arrive(known, draft), write(order, values)])

    def _status(self, known: KnownOrder, draft: OrderDraft) -> dict[str, object]:
        arrived = arrived_at(draft, self._batch.now) is not None or known.order.status == "delivered"
        packing = draft.head.fulfillment_status == "in_progress" or known.order.status == "processing"
        values: dict[str, object] = {"status": status_of(known.lines, arrived=arrived, packing=packing)}
        if draft.head.cancelled_at and not known.order.cancelled_at:
            values["cancelled_at"] = draft.head.cancelled_at
        return values

    def _arrive(self, known: KnownOrder, draft: OrderDraft) -> bool:
        """Parcels that have arrived since."""
        arrived = arrived_at(draft, self._batch.now)
        there = {shipment.fulfilment_order_id for shipment in known.shipments}
        missing = [part.id for part in known.places if part.status == FulfilmentStatus.shipped and part.id not in there]
        if not arrived or not missing:
            return False
        self._added += [parcel_row(known.order, part, self._carrier.id, sent_at(draft), arrived) for part in missing]
        return True

    def _place(self, draft: OrderDraft, sold: list[Sold]) -> Location:
        """Where the order is sent from: the place it names, else the one with most of its goods."""
        named = self._places.get(draft.head.location)
        if named:
            return named
        variants = [variant.id for variant, _ in sold]

        def goods(place: Location) -> tuple[int, int]:
            stocked = [variant for variant in variants if self._levels.stocked(place.id, variant)]
            return sum(self._levels.available(place.id, variant) for variant in stocked), len(stocked)

        return max(self._places.values(), key=goods)

    def _note(self, draft: OrderDraft, name: str, why: str) -> None:
        self._batch.checker.note(draft.line, name, why)
