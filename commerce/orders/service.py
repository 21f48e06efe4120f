"""Orders as their owner or a colleague sees them."""

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from commerce.catalogue.models import Product
from commerce.identity.principal import Principal, Role
from commerce.orders import numbers
from commerce.orders.delivery import diagnose
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import ExchangeLine, Order, OrderLine, ReturnLine
from commerce.orders.possible import possible
from commerce.orders.queries import OrderQueries, Parcel
from commerce.orders.views import (
    DeliveryView,
    LineView,
    NewItemView,
    OrderSummary,
    OrderView,
    ParcelView,
    PaymentView,
    PlaceOption,
    ReturnView,
    ShortLineOptions,
)
from commerce.people.models import Address
from commerce.places.models import LocationKind
from commerce.policies.schema import LateRules, Rules, StockOutRules
from commerce.shop import Shop

R = TypeVar("R", bound=Rules)


class Orders:
    """Reads orders."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._rows = OrderQueries(shop.session)

    async def list_for(self, customer_id: str, *, limit: int, offset: int) -> list[OrderSummary]:
        """A customer's orders, newest first."""
        orders = await self._rows.of_customer(customer_id, limit, offset)
        rows = await self._rows.lines([order.id for order in orders])
        return [OrderSummary.model_validate(self._summary(order, rows)) for order in orders]

    async def addresses_for(self, customer_id: str, *, limit: int = 20) -> list[Address]:
        """Where the customer's latest orders go, each address once, newest first."""
        return [Address.model_validate(each) for each in await self._rows.addresses_of(customer_id, limit) if each]

    async def count_for(self, customer_id: str) -> int:
        """How many orders a customer has placed."""
        return await self._rows.count(customer_id)

    async def get(self, number: str, by: Principal) -> OrderView:
        """An order, by its number as people write it.

        Raises:
            OrderNotFound: there is none, or it is somebody else's.
        """
        order = await self._find(number, by)
        lines = await self._rows.lines([order.id])
        payments = await self._rows.payments(order.id)
        return OrderView.model_validate(
            {
                **self._summary(order, lines),
                "parcels": [_parcel(parcel) for parcel in await self._rows.parcels(order.id)],
                "payments": [
                    PaymentView(
                        payment_method_id=method.id,
                        method=method.label,
                        kind=method.kind,
                        amount=payment.amount,
                        refunded=payment.refunded,
                    )
                    for payment, method in payments
                ],
                "returns": await self._returns(order.id),
            }
        )

    async def delivery(self, number: str, by: Principal) -> DeliveryView:
        """Where an order is, whether its promise holds, and what the policies say if not.

        Raises:
            OrderNotFound: there is none, or it is somebody else's.
        """
        return self.delivery_of(await self.get(number, by))

    def delivery_of(self, order: OrderView) -> DeliveryView:
        """The same, of an order at hand."""
        view = diagnose(order, self._shop.today, self._rules(LateRules, order))
        cited = [f"{LateRules.policy}.{view.state}"] if view.state in ("late", "lost") else []
        if view.short_lines:
            cited += StockOutRules.clauses
        return view.model_copy(update={"clauses": cited})

    async def options_for_short_line(self, number: str, line_id: str, by: Principal) -> ShortLineOptions:
        """Which places could send what is missing of a line, and when more is expected.

        Raises:
            OrderNotFound: there is no such order or line, or it is somebody else's.
        """
        order = await self.get(number, by)
        line = next((line for line in order.lines if line.id == line_id), None)
        if line is None:
            raise OrderNotFound
        rules = self._rules(StockOutRules, order)
        places = await self._rows.places_with_spare(line.variant_id, line.short) if line.short else []
        wait = (line.restock_on - self._shop.today).days if line.restock_on else None
        return ShortLineOptions(
            number=order.number,
            line=line,
            places=[
                PlaceOption(location_id=place.id, name=place.name, kind=place.kind, available=spare)
                for place, spare in places
                if rules.ship_from_stores or place.kind != LocationKind.store
            ],
            restock_on=line.restock_on,
            may_wait=wait is not None and 0 <= wait <= rules.wait_days_max,
            clauses=list(StockOutRules.clauses),
        )

    async def _find(self, number: str, by: Principal) -> Order:
        # A customer's question never looks beyond the customer's own orders, so that an order of somebody
        # else takes the same path as one that does not exist.
        digits = numbers.last_digits(number)
        candidates: list[str] = []
        if by.has(Role.agent) and digits:
            candidates = await self._rows.numbers_like(digits)
        elif by.customer_id:
            candidates = await self._rows.numbers_of(by.customer_id)
        meant = numbers.pick(number, candidates)
        order = await self._rows.by_number(meant) if meant else None
        if order is None or not by.may_see(order.customer_id):
            raise OrderNotFound
        return order

    def _summary(self, order: Order, rows: Sequence[tuple[OrderLine, Product]]) -> dict[str, Any]:
        lines = [(line, product) for line, product in rows if line.order_id == order.id]
        return {
            **order.model_dump(),
            "placed_at": order.placed_at if order.dated else None,
            "judged_on": order.placed_at.date(),
            "items_changed": order.items_changed_at is not None,
            "may": possible(order, [line for line, _ in lines], self._shop.policies),
            "lines": [_line(line, product) for line, product in lines],
        }

    async def _returns(self, order_id: str) -> list[ReturnView]:
        returns = await self._rows.returns(order_id)
        lines: dict[str, list[ReturnLine]] = {}
        for line in await self._rows.return_lines(order_id) if returns else []:
            lines.setdefault(line.return_id, []).append(line)
        new: dict[str, list[ExchangeLine]] = {}
        for return_id, sent in await self._rows.exchange_lines(order_id) if returns else []:
            new.setdefault(return_id, []).append(sent)
        return [
            ReturnView(
                number=row.number,
                kind=row.kind,
                status=row.status,
                refund_amount=row.refund_amount,
                difference=row.difference,
                new_items=[NewItemView.model_validate(sent.model_dump()) for sent in new.get(row.id, [])],
                method=method.label if method else "",
                due_on=row.due_on,
                line_ids=[line.order_line_id for line in lines.get(row.id, [])],
            )
            for row, method in returns
        ]

    def _rules(self, kind: type[R], order: OrderView) -> R:
        return self._shop.policies.rules(kind, order.judged_on)


def _line(line: OrderLine, product: Product) -> LineView:
    return LineView.model_validate(
        {
            **line.model_dump(),
            "handle": product.handle,
            "category": product.category,
            "image_url": product.image_url,
        }
    )


def _parcel(parcel: Parcel) -> ParcelView:
    shipment, carrier, last = parcel.shipment, parcel.carrier, parcel.last
    number = quote(shipment.tracking_number, safe="")
    names = {service["code"]: service["name"] for service in carrier.services}
    return ParcelView.model_validate(
        {
            **shipment.model_dump(),
            "carrier": carrier.name,
            "service": names.get(shipment.service, shipment.service),
            "tracking_url": carrier.tracking_url.replace("{number}", number),
            "last_event": (last.note or last.status.replace("_", " ")) if last else "",
            "last_place": last.place if last else "",
            "last_event_at": last.at if last else None,
        }
    )
