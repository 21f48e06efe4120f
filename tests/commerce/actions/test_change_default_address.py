"""Changing where a customer lives."""

import pytest

from commerce.actions.change_default_address import ChangeDefaultAddress
from commerce.actions.errors import ProposalRefused
from commerce.actions.service import Actions
from commerce.people.errors import CustomerNotFound
from commerce.people.models import Address, Customer
from tests.commerce.actions.conftest import Opening
from tests.commerce.actions.swaps import do
from tests.factories import HOME, a_customer, an_order, customer_principal

ELM = Address(address1="3 Elm Street", city="Ouray", state="CO", zip="81427")


async def test_the_default_address_changes_and_orders_go_where_they_were_to_go(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        receipt = await do(shop, ann, ChangeDefaultAddress(customer_id=ann.id, address=ELM))
    assert receipt.sentence == "Your default address is now 3 Elm Street, Ouray, CO 81427."
    async with opened() as shop:
        stored = await shop.session.get(Customer, ann.id)
        assert stored is not None and stored.address == ELM.model_dump() and stored.version == 2
        await shop.session.refresh(await shop.session.merge(order))
        assert order.ship_to == HOME.model_dump()


@pytest.mark.parametrize(
    ("address", "said"),
    [(HOME, "This is your address already"), (ELM.model_copy(update={"country": "FR"}), "one of these countries: US")],
)
async def test_an_address_that_is_none_for_the_shop_is_refused(opened: Opening, address: Address, said: str) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        with pytest.raises(ProposalRefused, match=said):
            await do(shop, ann, ChangeDefaultAddress(customer_id=ann.id, address=address))


async def test_somebody_elses_address_is_nobodys(opened: Opening) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        for customer_id in (bob.id, "cus_none"):
            action = ChangeDefaultAddress(customer_id=customer_id, address=ELM)
            with pytest.raises(CustomerNotFound):
                await Actions(shop).propose([action], customer_principal(ann), "k")
