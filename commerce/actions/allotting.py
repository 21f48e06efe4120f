"""Which place sends which units of an order, and the stock set aside for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commerce.actions.base import StockEffect
from commerce.orders.models import FulfilmentLine, FulfilmentOrder, FulfilmentStatus, Order, OrderLine
from commerce.orders.repository import Allotment, OrderRepository
from commerce.places.service import Places
from commerce.shop import Shop
from core.ids import new_id


@dataclass(frozen=True, slots=True, order=True)
class StockMove:
    """Units of a variant that a place sets aside, or lets go of when negative."""

    location_id: str
    variant_id: str
    quantity: int
    reference: str
    """What the units are for, such as an order line's id."""


@dataclass(frozen=True, slots=True)
class Release:
    """Units that a place need not send any more."""

    line: OrderLine
    allotment: Allotment
    quantity: int

    @property
    def move(self) -> StockMove:
        """What it does to the stock."""
        return StockMove(self.allotment.place.location_id, self.line.variant_id, -self.quantity, self.line.id)


def releases(dropped: Sequence[tuple[OrderLine, int]], allotments: Sequence[Allotment]) -> list[Release]:
    """Which places let go of how many units. Short units go first, because nothing is set aside for them."""
    found = []
    for line, quantity in dropped:
        left = quantity - min(quantity, line.short)
        for allotment in allotments:
            if allotment.line.order_line_id == line.id and allotment.to_be_sent and left:
                units_here = min(left, allotment.line.quantity)
                found.append(Release(line, allotment, units_here))
                left -= units_here
    found = [release for release in found if release.quantity]
    return sorted(found, key=lambda release: release.move)


def move_effect(move: StockMove) -> StockEffect:
    """The move as a person is shown it: units that are let go of are on sale again."""
    return StockEffect(variant_id=move.variant_id, location_id=move.location_id, quantity=-move.quantity)


async def move_stock(shop: Shop, moves: Iterable[StockMove]) -> None:
    """Reserve and release, in one sequence for everybody so that nobody waits in a circle.

    Raises:
        OutOfStock: units that are wanted are no longer free.
    """
    places = Places(shop)
    for move in sorted(moves):
        if move.quantity > 0:
            await places.reserve(move.location_id, move.variant_id, move.quantity, move.reference, keep_safety=False)
        else:
            await places.release(move.location_id, move.variant_id, -move.quantity, move.reference)


async def let_go(shop: Shop, dropped: Sequence[Release], taken: Sequence[StockMove] = ()) -> None:
    """Take units off what places have to send and put them back on sale; set others aside in the same sequence."""
    await move_stock(shop, [*(release.move for release in dropped), *taken])
    for release in dropped:
        release.allotment.line.quantity -= release.quantity
    await shop.session.flush()


async def close_empty(shop: Shop, order_id: str) -> None:
    """Places that have nothing left to send of an order are done with it."""
    allotments = await OrderRepository(shop.session).allotments(order_id)
    for place in {allotment.place.id: allotment.place for allotment in allotments if allotment.to_be_sent}.values():
        if not any(other.line.quantity for other in allotments if other.place.id == place.id):
            place.status = FulfilmentStatus.cancelled


async def allot(shop: Shop, order: Order, line_id: str, location_id: str, quantity: int) -> None:
    """Let a place send units of a line, with what it sends already where it has not begun to pack."""
    rows = OrderRepository(shop.session)
    part = await rows.open_fulfilment(order.id, location_id)
    if part is None:
        part = FulfilmentOrder(
            id=new_id("ful"), order_id=order.id, location_id=location_id, created_at=shop.clock.now()
        )
        await rows.add(part)
    known = await rows.fulfilment_line(part.id, line_id)
    if known is None:
        await rows.add(FulfilmentLine(fulfilment_order_id=part.id, order_line_id=line_id, quantity=quantity))
    else:
        known.quantity += quantity
