"""A customer's own orders."""

from fastapi import APIRouter
from pydantic import BaseModel

from commerce.orders.service import Orders
from commerce.orders.views import DeliveryView, OrderSummary, OrderView
from web.dependencies import Given, SignedIn
from web.routes.shop import Page

router = APIRouter(prefix="/api/account", tags=["account"])

_PAGE_SIZE = 10


class OrderPage(BaseModel):
    """One page of a customer's orders, newest first."""

    orders: list[OrderSummary]
    total: int
    page: int
    page_size: int


class OrderWithDelivery(OrderView):
    """An order, and where it is."""

    delivery: DeliveryView


@router.get("/orders")
async def list_orders(given: Given, by: SignedIn, page: Page = 1) -> OrderPage:
    """The customer's orders."""
    assert by.customer_id is not None
    async with given.database.read() as session:
        orders = Orders(given.shop(session))
        return OrderPage(
            orders=await orders.list_for(by.customer_id, limit=_PAGE_SIZE, offset=(page - 1) * _PAGE_SIZE),
            total=await orders.count_for(by.customer_id),
            page=page,
            page_size=_PAGE_SIZE,
        )


@router.get("/orders/{number}")
async def view_order(given: Given, by: SignedIn, number: str) -> OrderWithDelivery:
    """One of the customer's orders, with its delivery."""
    async with given.database.read() as session:
        orders = Orders(given.shop(session))
        order = await orders.get(number, by)
        delivery = await orders.delivery(number, by)
    return OrderWithDelivery(**dict(order), delivery=delivery)
