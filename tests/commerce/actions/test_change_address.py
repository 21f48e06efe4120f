"""Changing where an order goes."""

import pytest
from sqlmodel import select

from commerce.actions.change_address import ChangeAddress
from commerce.actions.errors import ProposalRefused
from commerce.actions.models import OutboxMessage
from commerce.actions.service import Actions
from commerce.orders.models import Order
from commerce.people.models import Address
from tests.commerce.actions.conftest import Opening
from tests.factories import HOME, a_customer, an_order, customer_principal

LAKE = Address(address1="4 Lake Road", city="Boulder", state="CO", zip="80301")


async def test_the_order_goes_to_the_new_address(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        view = await Actions(shop).propose([ChangeAddress(order_number=order.number, address=LAKE)], by, "k")
        await Actions(shop).commit(view.id, by)
    (change,) = view.parts[0].changes
    assert (change.before, change.after) == (HOME.one_line(), "4 Lake Road, Boulder, CO 80301")
    async with opened() as shop:
        row = (await shop.session.exec(select(Order))).one()
        assert (row.ship_to, row.version) == (LAKE.model_dump(), 2)
        assert (await shop.session.exec(select(OutboxMessage))).one().topic == "order.address_changed"


@pytest.mark.parametrize(
    ("status", "address", "reason"),
    [
        ("processing", LAKE, "its address can only be changed while it is pending"),
        ("pending", LAKE.model_copy(update={"country": "FR"}), "We ship to US and not to FR"),
        ("pending", HOME, "goes to this address already"),
    ],
)
async def test_it_is_refused_when_too_late_too_far_or_nothing_new(
    opened: Opening, status: str, address: Address, reason: str
) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann, status=status)
        action = ChangeAddress(order_number=order.number, address=address)
        with pytest.raises(ProposalRefused, match=reason):
            await Actions(shop).propose([action], customer_principal(ann), "k")
        assert (await shop.session.exec(select(Order))).one().ship_to == HOME.model_dump()
