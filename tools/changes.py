"""Proposing changes. None of these tools changes anything: each shows a card that the customer confirms."""

from collections.abc import Sequence
from typing import Annotated

from langchain_core.tools import tool
from pydantic import BaseModel, ConfigDict, Field

from commerce.actions.base import Action
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.actions.wait_for_stock import WaitForStock
from commerce.identity.principal import Principal
from commerce.orders.service import Orders
from commerce.orders.views import OrderView
from commerce.people.models import Address, Filled, Line
from commerce.shop import Shop
from core.errors import Invalid
from tools.context import TurnContext
from tools.orders import OrderNumber, Runtime, customer_of
from tools.paying import Pay, method_of, original_of
from tools.results import Artifact, Result, guarded


class Item(BaseModel):
    """Units of one order line."""

    model_config = ConfigDict(extra="forbid")

    line_id: str = Field(max_length=60)
    quantity: int | None = Field(default=None, ge=1, le=999, description="All units when left out.")


class OrderPart(BaseModel):
    """An order, or some of its items."""

    model_config = ConfigDict(extra="forbid")

    order_number: OrderNumber
    items: list[Item] | None = Field(default=None, max_length=50, description="The whole order when left out.")


Parts = Annotated[list[OrderPart], Field(min_length=1, max_length=10)]
Reason = Annotated[str, Field(max_length=60, description="A reason code of the policy; empty when not said.")]


async def propose(runtime: Runtime, shop: Shop, by: Principal, actions: Sequence[Action]) -> tuple[Result, Artifact]:
    """Propose actions, to be confirmed together on one card.

    Raises:
        Refused: none of them can be done.
    """
    context: TurnContext = runtime.context
    view = await Actions(shop).propose(
        actions, by, key=f"{context.run_id}:{runtime.tool_call_id}", conversation_id=context.conversation_id
    )
    result: Result = {
        "proposal_id": view.id,
        "sentence": view.sentence,
        "refused": list(view.refused),
        "next": "The customer sees a card with this and answers it. Nothing has changed yet.",
    }
    return result, Artifact(proposal=view)


def _quantities(order: OrderView, part: OrderPart, *, returning: bool) -> dict[str, int] | None:
    """Units by line id; `None` stands for everything.

    Raises:
        Invalid: a line is not of this order.
    """
    if part.items is None:
        return {line.id: line.returnable for line in order.lines if line.returnable} if returning else None
    lines = {line.id: line for line in order.lines}
    wanted: dict[str, int] = {}
    for item in part.items:
        line = lines.get(item.line_id)
        if line is None:
            raise Invalid(f"Order {order.number} has no such item.")
        most = line.returnable if returning else line.open_quantity
        wanted[line.id] = wanted.get(line.id, 0) + (item.quantity or max(most, 1))
    return wanted


@tool(response_format="content_and_artifact")
@guarded
async def propose_cancellation(orders: Parts, runtime: Runtime, reason: Reason = "") -> tuple[Result, Artifact]:
    """Propose to cancel orders, or items of them, that are not packed yet."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        actions = []
        for part in orders:
            order = await Orders(shop).get(part.order_number, by)
            wanted = _quantities(order, part, returning=False)
            actions.append(CancelOrder(order_number=order.number, line_quantities=wanted, reason=reason))
        return await propose(runtime, shop, by, actions)


@tool(response_format="content_and_artifact")
@guarded
async def propose_address_change(
    order_number: OrderNumber,
    address1: Filled,
    city: Filled,
    zip: Filled,
    runtime: Runtime,
    address2: Line = "",
    state: Line = "",
    country: Line = "US",
) -> tuple[Result, Artifact]:
    """Propose another shipping address for an order that is not packed yet."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        order = await Orders(shop).get(order_number, by)
        address = Address(
            address1=address1, address2=address2, city=city, state=state, zip=zip, country=country or "US"
        )
        return await propose(runtime, shop, by, [ChangeAddress(order_number=order.number, address=address)])


@tool(response_format="content_and_artifact")
@guarded
async def propose_return(
    orders: Parts, runtime: Runtime, reason: Reason = "", refund_to: Pay = "original"
) -> tuple[Result, Artifact]:
    """Propose to send back items that were delivered."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        method = await method_of(shop, by, refund_to)
        actions = []
        for part in orders:
            order = await Orders(shop).get(part.order_number, by)
            wanted = _quantities(order, part, returning=True) or {line.id: 1 for line in order.lines}
            actions.append(
                ReturnItems(
                    order_number=order.number,
                    line_quantities=wanted,
                    reason=reason,
                    refund_method_id=method or original_of(order),
                )
            )
        return await propose(runtime, shop, by, actions)


@tool(response_format="content_and_artifact")
@guarded
async def propose_send_from(
    order_number: OrderNumber,
    line_id: Annotated[str, Field(max_length=60)],
    location_id: Annotated[str, Field(max_length=60)],
    runtime: Runtime,
) -> tuple[Result, Artifact]:
    """Propose to send an out-of-stock item of an order from another place that has it."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        action = FillShortLine(order_number=order_number, order_line_id=line_id, location_id=location_id)
        return await propose(runtime, shop, by, [action])


@tool(response_format="content_and_artifact")
@guarded
async def propose_wait(
    order_number: OrderNumber, line_id: Annotated[str, Field(max_length=60)], runtime: Runtime
) -> tuple[Result, Artifact]:
    """Propose that the customer waits for an out-of-stock item of an order."""
    async with runtime.context.bench.changing() as shop:
        by = await customer_of(runtime.context, shop)
        action = WaitForStock(order_number=order_number, order_line_id=line_id)
        return await propose(runtime, shop, by, [action])
