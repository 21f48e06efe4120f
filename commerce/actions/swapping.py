"""Units of an order that are swapped for other variants of the same product."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from commerce.actions.base import Change, ItemEffect, Verdict
from commerce.actions.on_order import refuse
from commerce.actions.wording import item_of, name
from commerce.catalogue.service import Catalogue
from commerce.catalogue.views import VariantView
from commerce.orders.models import Order, OrderLine
from commerce.orders.repository import LoadedOrder
from commerce.orders.values import OrderValues, Share
from commerce.places.errors import OutOfStock
from commerce.places.models import LocationKind
from commerce.places.service import Places
from commerce.policies.schema import DifferenceRules, StockOutRules
from commerce.shop import Shop
from core.money import format_money


class LineSwap(BaseModel):
    """What some units of a line are swapped for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant_id: str = Field(max_length=60)
    quantity: int = Field(default=1, ge=1, le=9999)


Swaps = Annotated[
    dict[Annotated[str, Field(max_length=60)], LineSwap],
    Field(min_length=1, max_length=100),
]
"""Swaps by order line id."""


@dataclass(frozen=True, slots=True)
class Swap:
    """Units of a line, what they are swapped for, and what both cost."""

    line: OrderLine
    quantity: int
    variant: VariantView
    old: Share
    unit_price: int
    discount: int
    """Off all of the new units."""
    tax: int
    """On all of the new units."""

    @property
    def new(self) -> Share:
        """What the new units cost."""
        return Share(goods=self.unit_price * self.quantity - self.discount, tax=self.tax)

    @property
    def is_same(self) -> bool:
        """Whether the new units are just like the old ones."""
        return self.variant.id == self.line.variant_id

    @property
    def old_item(self) -> ItemEffect:
        """The units that go."""
        return item_of(self.line, self.quantity, self.old.total)

    @property
    def new_item(self) -> ItemEffect:
        """The units that come."""
        return ItemEffect(
            order_line_id=self.line.id,
            title=self.line.title,
            options=" / ".join(self.variant.options.values()),
            quantity=self.quantity,
            amount=self.new.total,
        )

    def change(self, currency: str) -> Change:
        """Both, with what they cost, before and after."""
        before, after = (
            f"{item.options or 'as ordered'}, {format_money(item.amount, currency)}"
            for item in (self.old_item, self.new_item)
        )
        many = f"{self.quantity} × " if self.quantity > 1 else ""
        return Change(label=f"{many}{self.line.title}", before=before, after=after)


def difference(swaps: Sequence[Swap]) -> Share:
    """What the new units cost more than the old ones."""
    return sum((swap.new - swap.old for swap in swaps), start=Share())


async def check_variants(
    shop: Shop, loaded: LoadedOrder, changes: Mapping[str, LineSwap], rules: DifferenceRules, *, kind: str
) -> Verdict | None:
    """The refusal of variants that cannot be had; `kind` is the policy whose clauses are cited."""
    clause = f"{kind}.variants"
    offers = await _offers(shop, loaded, changes)
    for line_id, wanted in changes.items():
        line, variant = loaded.lines[line_id], offers.get((line_id, wanted.variant_id))
        if wanted.variant_id == line.variant_id and not rules.same_variant:
            return refuse(f"The {name(line, 1)} is what you have already.", clause)
        if variant is None:
            return refuse(f"The {line.title} does not come in such a variant.", clause)
        if not variant.counted and not variant.in_stock:
            return refuse(_gone(line, variant, 0), clause)
    free = await Places(shop).free([variant.id for variant in offers.values() if variant.counted])
    wanted_units = Counter[str]()
    for line_id, wanted in changes.items():
        line, variant = loaded.lines[line_id], offers[line_id, wanted.variant_id]
        if kind == "item_changes" and variant.id == line.variant_id:
            continue
        wanted_units[variant.id] += wanted.quantity
        units = sum(count for place, count in free.get(variant.id, []) if _may_send(shop, loaded.order, place.kind))
        if variant.counted and wanted_units[variant.id] > units:
            return refuse(_gone(line, variant, units), clause)
    return None


def _gone(line: OrderLine, variant: VariantView, left: int) -> str:
    options = " / ".join(variant.options.values())
    what = f"{line.title} ({options})" if options else line.title
    return f"Of the {what}, only {left} can be had at present." if left else f"The {what} is not available at present."


def _may_send(shop: Shop, order: Order, kind: str) -> bool:
    rules = shop.policies.rules(StockOutRules, order.placed_at.date())
    return rules.ship_from_stores or kind != LocationKind.store


async def _offers(
    shop: Shop, loaded: LoadedOrder, changes: Mapping[str, LineSwap]
) -> dict[tuple[str, str], VariantView]:
    """What is on sale of each line's product, by line and variant, of what is asked for."""
    products = list(dict.fromkeys(loaded.lines[line_id].product_id for line_id in changes))
    on_sale = await Catalogue(shop).variants(products)
    return {
        (line_id, variant.id): variant
        for line_id, wanted in changes.items()
        for variant in on_sale.get(loaded.lines[line_id].product_id, [])
        if variant.id == wanted.variant_id
    }


async def price_swaps(shop: Shop, loaded: LoadedOrder, changes: Mapping[str, LineSwap]) -> list[Swap]:
    """The swaps, in the order's sequence, at today's prices. A reduction and the tax keep their rate."""
    offers = await _offers(shop, loaded, changes)
    values = OrderValues(loaded.order, loaded.lines)
    return [
        _priced(line, changes[line.id].quantity, offers[line.id, changes[line.id].variant_id], values)
        for line in loaded.lines.values()
        if line.id in changes
    ]


def _priced(line: OrderLine, quantity: int, variant: VariantView, values: OrderValues) -> Swap:
    old = values.units(line, quantity)
    gross = line.unit_price * quantity
    if variant.id == line.variant_id:
        return Swap(line, quantity, variant, old, line.unit_price, gross - old.goods, old.tax)
    discount = _in_proportion(gross - old.goods, variant.price * quantity, gross)
    goods = variant.price * quantity - discount
    return Swap(line, quantity, variant, old, variant.price, discount, _in_proportion(old.tax, goods, old.goods))


def _in_proportion(amount: int, new: int, old: int) -> int:
    """The amount at the same rate on another base, rounded half up."""
    if not old:
        return 0
    return int((Decimal(amount) * new / old).quantize(Decimal(1), rounding=ROUND_HALF_UP))


async def places_for(
    shop: Shop, order: Order, swaps: Sequence[Swap], nearest: Mapping[str, Sequence[str]]
) -> list[list[tuple[str, int]]]:
    """For each swap, the places that set its new units aside: the nearest first, then where there is most.

    `nearest` are locations by order line, the preferred ones first. Units that are not counted are set aside
    nowhere.

    Raises:
        OutOfStock: somebody was faster.
    """
    free = await Places(shop).free([swap.variant.id for swap in swaps if swap.variant.counted])
    left = {
        (variant_id, place.id): units
        for variant_id, places in free.items()
        for place, units in places
        if _may_send(shop, order, place.kind)
    }
    found = []
    for swap in swaps:
        near = list(nearest.get(swap.line.id, ()))
        options = [location for variant_id, location in left if variant_id == swap.variant.id]
        options.sort(key=lambda location: near.index(location) if location in near else len(near))
        taken, missing = [], swap.quantity
        for location in options:
            units = min(missing, left[swap.variant.id, location])
            if units:
                taken.append((location, units))
                left[swap.variant.id, location] -= units
                missing -= units
        if missing and swap.variant.counted:
            raise OutOfStock("These units are no longer available.")
        found.append(taken)
    return found
