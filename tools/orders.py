"""Looking at a customer's own orders."""

from typing import Annotated, Any

from langchain.tools import ToolRuntime
from langchain_core.tools import tool
from pydantic import Field

from commerce.identity.principal import Principal
from commerce.orders.service import Orders
from commerce.orders.views import DeliveryView, LineView, OrderSummary, OrderView
from commerce.policies.schema import VerificationRules
from commerce.shop import Shop
from desk.conversations.cards import CardLine, CardParcel, OrderCard
from tools.context import TurnContext
from tools.results import Artifact, NotVerified, Result, compact, guarded

Runtime = ToolRuntime[Any, Any]
"""What LangGraph hands in; its `context` is a `TurnContext`. Pydantic must not look into that one."""
OrderNumber = Annotated[str, Field(description="The order number, such as SW-104233.", max_length=40)]
LISTED = 20


async def customer_of(context: TurnContext, shop: Shop) -> Principal:
    """The customer behind the turn.

    Raises:
        NotVerified: nobody was recognised yet.
    """
    by = await context.principal(shop)
    if by.customer_id is None:
        rules = shop.policies.rules(VerificationRules, shop.today)
        needs = {
            "email_and_order": ("email", "order_number"),
            "email": ("email",),
            "name_and_zip": ("first_name", "last_name", "zip"),
        }
        raise NotVerified(needs[rules.methods[0]])
    return by


@tool(response_format="content_and_artifact")
@guarded
async def list_orders(runtime: Runtime) -> tuple[Result, Artifact]:
    """The customer's latest orders with their items. Start here when no order number is known."""
    context: TurnContext = runtime.context
    async with context.bench.looking() as shop:
        by = await customer_of(context, shop)
        orders = await Orders(shop).list_for(str(by.customer_id), limit=LISTED, offset=0)
        return {"today": shop.today.isoformat(), "orders": [_listed(each) for each in orders]}, Artifact()


@tool(response_format="content_and_artifact")
@guarded
async def get_order(order_number: OrderNumber, runtime: Runtime) -> tuple[Result, Artifact]:
    """One order with its items, payments, address, parcels and returns."""
    context: TurnContext = runtime.context
    async with context.bench.looking() as shop:
        by = await customer_of(context, shop)
        order = await Orders(shop).get(order_number, by)
        return compact(order.model_dump(mode="json", exclude={"customer_id", "id"})), Artifact(
            cards=(order_card(order),)
        )


@tool(response_format="content_and_artifact")
@guarded
async def track_order(order_number: OrderNumber, runtime: Runtime) -> tuple[Result, Artifact]:
    """Where an order is, when it comes, whether it is late and why, and which items are out of stock."""
    context: TurnContext = runtime.context
    async with context.bench.looking() as shop:
        by = await customer_of(context, shop)
        orders = Orders(shop)
        order = await orders.get(order_number, by)
        delivery = orders.delivery_of(order)
        result = compact(delivery) | {
            **_placed(order),
            "today": shop.today.isoformat(),
            "payment_methods": [payment.method for payment in order.payments],
        }
        return result, Artifact(cards=(order_card(order, delivery),))


@tool(response_format="content_and_artifact")
@guarded
async def short_line_options(order_number: OrderNumber, runtime: Runtime) -> tuple[Result, Artifact]:
    """For items of an order that are out of stock: where else they are, and when new stock is expected."""
    context: TurnContext = runtime.context
    async with context.bench.looking() as shop:
        by = await customer_of(context, shop)
        orders = Orders(shop)
        order = await orders.get(order_number, by)
        short = [line for line in order.lines if line.short]
        options = [
            {
                "line_id": line.id,
                "title": line.title,
                "options": line.options,
                "quantity": line.short,
                **compact(await orders.options_for_short_line(order.number, line.id, by)),
            }
            for line in short
        ]
        return {"order_number": order.number, "short": options, "today": shop.today.isoformat()}, Artifact()


def _listed(order: OrderSummary) -> Result:
    """An order as a model needs it: what was cancelled is left out of what can still be done."""
    row: Result = compact(order.model_dump(mode="json", exclude={"id", "lines"}))
    row |= _placed(order)
    row["lines"] = [_line(line) for line in order.lines]
    return row


def _placed(order: OrderSummary) -> Result:
    """The day an order was placed, where it is known."""
    return {"placed_at": order.placed_at.date().isoformat()} if order.placed_at else {}


def _line(line: LineView) -> Result:
    fields: Result = compact(line.model_dump(mode="json", exclude={"product_id", "variant_id", "handle", "image_url"}))
    return fields


def order_card(order: OrderView, delivery: DeliveryView | None = None) -> OrderCard:
    """The card a customer is shown."""
    return OrderCard(
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        total=order.total,
        currency=order.currency,
        promised_on=order.promised_on,
        state=delivery.state if delivery else None,
        expected_on=delivery.expected_on if delivery else None,
        lines=[
            CardLine(
                title=line.title,
                options=line.options,
                quantity=line.quantity - line.cancelled,
                unit_price=line.unit_price,
                image_url=line.image_url,
                handle=line.handle,
            )
            for line in order.lines
            if line.quantity > line.cancelled
        ],
        parcels=[
            CardParcel(
                carrier=parcel.carrier,
                tracking_number=parcel.tracking_number,
                tracking_url=parcel.tracking_url,
                status=parcel.status,
                last_event=parcel.last_event,
            )
            for parcel in order.parcels
        ],
    )
