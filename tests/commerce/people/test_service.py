"""Customers, and what they are worth."""

import pytest

from commerce.people.errors import CustomerNotFound
from commerce.people.service import People
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop


async def test_a_customer_has_an_address_and_ways_to_pay(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.customer(), rows.customer("cus_new", address={}), rows.card())
    async with open_shop() as shop:
        address = await People(shop).address("cus_ann")
        assert address is not None
        assert address.one_line() == "12 Pine Street, Denver, CO 80203"
        assert await People(shop).address("cus_new") is None
        assert [method.label for method in await People(shop).payment_methods("cus_ann")] == ["Visa ending 4242"]
        with pytest.raises(CustomerNotFound):
            await People(shop).get("cus_none")


async def test_value_counts_what_was_kept_less_what_it_cost(database: Database, open_shop: OpenShop) -> None:
    await rows.save(
        database, *rows.shelf(), rows.customer(), rows.customer("cus_new"),
        rows.order(), rows.line(quantity=3, cancelled=1, shipped=2, returned=1, discount=900),
        rows.order("SW-2"), rows.line("lin_2", "ord_SW-2"),
        rows.order("SW-3", status="cancelled"), rows.line("lin_3", "ord_SW-3", quantity=9),
    )  # fmt: skip
    async with open_shop() as shop:
        value = await People(shop).value("cus_ann")
        nothing = await People(shop).value("cus_new")
    assert (value.orders, value.revenue, value.margin) == (2, 12600 + 12900, 12600 + 12900 - 2 * 6000)
    assert (nothing.orders, nothing.revenue, nothing.margin) == (0, 0, 0)
