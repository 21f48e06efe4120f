"""Many at the same moment."""

import asyncio

import pytest
from sqlmodel import select

from commerce.actions.base import CommitResult, ProposalView
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.errors import ProposalClosed
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.models import Proposal, ReceiptRow
from commerce.actions.service import Actions
from commerce.identity.principal import Principal
from commerce.orders.models import OrderLine
from commerce.payments.models import Refund
from commerce.places.models import InventoryLevel
from tests.commerce.actions.conftest import Opening
from tests.factories import Line, a_customer, a_level, a_location, a_variant, an_order, customer_principal


async def _commit(opened: Opening, proposal_id: str, by: Principal) -> CommitResult:
    async with opened() as shop:
        return await Actions(shop).commit(proposal_id, by)


async def test_twenty_confirmations_of_one_proposal_give_one_receipt(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        by = customer_principal(ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k")
    results = await asyncio.gather(*(_commit(opened, view.id, by) for _ in range(20)))
    assert results[0].receipt is not None
    assert all(result == results[0] for result in results)
    async with opened() as shop:
        assert len((await shop.session.exec(select(ReceiptRow))).all()) == 1
        assert len((await shop.session.exec(select(Refund))).all()) == 1


@pytest.mark.capability(42)
async def test_twenty_customers_want_the_last_unit_and_one_gets_it(opened: Opening) -> None:
    proposals = []
    async with opened() as shop:
        tent, store = await a_variant(shop.session), await a_location(shop.session, "Denver", kind="store")
        await a_level(shop.session, store, tent, on_hand=1)
        for position in range(20):
            customer = await a_customer(shop.session)
            order, (line,) = await an_order(shop.session, customer, [Line(tent, short=1)], location=store)
            action = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=store.id)
            by = customer_principal(customer)
            proposals.append(((await Actions(shop).propose([action], by, str(position))).id, by))
    results = await asyncio.gather(*(_commit(opened, proposal_id, by) for proposal_id, by in proposals))
    parts = [result.receipt.parts[0] for result in results if result.receipt]
    assert len(parts) == 20
    assert sum(part.done for part in parts) == 1
    assert all("no longer" in part.sentence for part in parts if not part.done)
    async with opened() as shop:
        level = (await shop.session.exec(select(InventoryLevel))).one()
        assert (level.on_hand, level.reserved) == (1, 1)
        assert sum(line.short for line in (await shop.session.exec(select(OrderLine))).all()) == 19


async def test_twenty_proposals_of_one_key_are_one(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
    by = customer_principal(ann)

    async def propose() -> ProposalView:
        async with opened() as shop:
            return await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k")

    views = await asyncio.gather(*(propose() for _ in range(20)))
    assert len({view.id for view in views}) == 1


async def test_one_key_on_two_orders_at_once_is_one_proposal(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        numbers = [(await an_order(shop.session, ann))[0].number for _ in range(8)]
    by = customer_principal(ann)

    async def propose(number: str) -> ProposalView:
        async with opened() as shop:
            return await Actions(shop).propose([CancelOrder(order_number=number)], by, "k")

    views = await asyncio.gather(*(propose(number) for number in numbers))
    assert len({view.id for view in views}) == 1
    async with opened() as shop:
        assert len((await shop.session.exec(select(Proposal))).all()) == 1


async def test_a_yes_and_a_new_proposal_at_once_end_in_one_of_the_two(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(quantity=4)])
        by = customer_principal(ann)
        action = CancelOrder(order_number=order.number, line_quantities={line.id: 1})
        views = [await Actions(shop).propose([action], by, "first")]

    async def propose(key: str) -> ProposalView:
        async with opened() as shop:
            return await Actions(shop).propose([action], by, key)

    jobs = [_commit(opened, views[0].id, by), *(propose(str(position)) for position in range(6))]
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert {type(end) for end in ends if isinstance(end, BaseException)} <= {ProposalClosed}
    async with opened() as shop:
        statuses = [row.status for row in (await shop.session.exec(select(Proposal))).all()]
        assert statuses.count("open") == 1
        line_now = (await shop.session.exec(select(OrderLine))).one()
        assert line_now.cancelled == statuses.count("committed") <= 1
