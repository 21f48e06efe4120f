"""Items for other variants of them."""

from typing import Annotated

from langchain_core.tools import tool
from pydantic import BaseModel, ConfigDict, Field

from commerce.actions.base import Action
from commerce.actions.change_items import ChangeItems
from commerce.actions.exchange_items import ExchangeItems
from commerce.actions.swapping import LineSwap
from commerce.catalogue.service import Catalogue
from commerce.orders.service import Orders
from commerce.orders.views import OrderView
from core.errors import Invalid
from tools.changes import Reason, propose
from tools.orders import OrderNumber, Runtime, customer_of
from tools.paying import Pay, method_of, original_of
from tools.results import Artifact, Result, guarded

LineId = Annotated[str, Field(max_length=60)]


class OrderItem(BaseModel):
    """A line of an order."""

    model_config = ConfigDict(extra="forbid")

    order_number: OrderNumber
    line_id: LineId


class Swap(BaseModel):
    """Units of an order line, and the variant they are to become."""

    model_config = ConfigDict(extra="forbid")

    line_id: LineId
    variant_id: Annotated[str, Field(max_length=60)]
    quantity: int = Field(default=1, ge=1, le=999)


class SwapPart(BaseModel):
    """An order, and what is swapped in it."""

    model_config = ConfigDict(extra="forbid")

    order_number: OrderNumber
    items: list[Swap] = Field(min_length=1, max_length=50)


@tool(response_format="content_and_artifact")
@guarded
async def item_options(
    items: Annotated[list[OrderItem], Field(min_length=1, max_length=50)], runtime: Runtime
) -> tuple[Result, Artifact]:
    """Every variant of the products of some ordered items: options, today's price in minor units, available or not."""
    async with runtime.context.bench.looking() as shop:
        by = await customer_of(runtime.context, shop)
        orders = {number: await Orders(shop).get(number, by) for number in {item.order_number for item in items}}
        lines = {}
        for item in items:
            line = next((each for each in orders[item.order_number].lines if each.id == item.line_id), None)
            if line is None:
                raise Invalid(f"Order {item.order_number} has no such item.")
            lines[line.id] = line
        variants = await Catalogue(shop).variants(sorted({line.product_id for line in lines.values()}))
        products = {
            line.product_id: {
                "title": line.title,
                "variants": [
                    {"variant_id": each.id, "options": each.options, "price": each.price, "available": each.in_stock}
                    for each in variants.get(line.product_id, [])
                ],
            }
            for line in lines.values()
        }
        of_line = {key: {"product": line.product_id, "variant_id": line.variant_id} for key, line in lines.items()}
        return {"products": products, "lines": of_line}, Artifact()


@tool(response_format="content_and_artifact")
@guarded
async def propose_swap(
    orders: Annotated[list[SwapPart], Field(min_length=1, max_length=10)],
    runtime: Runtime,
    pay_with: Pay = "original",
    reason: Reason = "",
) -> tuple[Result, Artifact]:
    """Propose other variants for items: before an order is sent it is changed, after delivery they are exchanged."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        method = await method_of(shop, by, pay_with)
        actions: list[Action] = []
        for part in orders:
            order = await Orders(shop).get(part.order_number, by)
            if len({item.line_id for item in part.items}) < len(part.items):
                raise Invalid(f"An item of order {order.number} can be swapped for one other at a time.")
            changes = {
                item.line_id: LineSwap(variant_id=item.variant_id, quantity=item.quantity) for item in part.items
            }
            paid = method or original_of(order)
            if _delivered(order):
                actions.append(
                    ExchangeItems(order_number=order.number, changes=changes, payment_method_id=paid, reason=reason)
                )
            else:
                actions.append(ChangeItems(order_number=order.number, changes=changes, payment_method_id=paid))
        return await propose(runtime, shop, by, actions)


def _delivered(order: OrderView) -> bool:
    """Whether an order is past changing, so that what arrived can only be exchanged."""
    return order.status in ("delivered", "partly_shipped", "shipped") or "exchange_items" in order.may
