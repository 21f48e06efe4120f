"""Confirmations that come too late, of the wrong person or of nothing: an honest sentence, and nothing changes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from commerce.actions.models import Proposal, ReceiptRow
from commerce.orders.models import Order, OrderLine
from tests.e2e import rows
from tests.e2e.customer import Customer, sign_in_as
from tests.e2e.process import ShopProcess

CANCEL_THE_TENT = "cancel the blue tent, I ordered it by mistake"


@pytest.fixture
async def maya(shop: ShopProcess) -> AsyncIterator[Customer]:
    """The customer with the blue tent, who leaves everything as she found it."""
    async with Customer(shop, sign_in_as(shop, "blue tent")) as customer:
        before = state_of_the_shop(shop.data)
        yield customer
        assert state_of_the_shop(shop.data) == before


def state_of_the_shop(data: Path) -> object:
    with rows.books(data) as session:
        return (
            session.exec(select(Order.id, Order.status, Order.version)).all(),
            session.exec(select(OrderLine.id, OrderLine.cancelled)).all(),
            session.exec(select(ReceiptRow.id)).all(),
        )


async def test_an_expired_proposal_says_so(maya: Customer) -> None:
    asked = await maya.say(CANCEL_THE_TENT)
    with rows.books(maya.shop.data) as session:
        waiting = session.get_one(Proposal, asked.proposal_id)
        waiting.expires_at -= timedelta(hours=1)
        session.add(waiting)
        session.commit()
    answered = await maya.confirm(asked.proposal_id)
    assert "expired" in answered.text
    assert {value["status"] for value in answered.named("proposal")} == {"expired"}


async def test_a_withdrawn_proposal_says_so(maya: Customer) -> None:
    asked = await maya.say(CANCEL_THE_TENT)
    declined = await maya.say("no")
    assert [value["status"] for value in declined.named("proposal")] == ["withdrawn"]
    answered = await maya.confirm(asked.proposal_id)
    assert "withdrawn" in answered.text
    assert rows.proposal(maya.shop.data, asked.proposal_id).status == "withdrawn"


async def test_a_declined_card_stays_declined(maya: Customer) -> None:
    asked = await maya.say(CANCEL_THE_TENT)
    begun = len(maya.frames)
    await maya.click(asked.proposal_id, "decline")
    await maya.click(asked.proposal_id)
    answered = await maya.run_end(begun, count=2)
    assert "withdrawn" in answered.text
    assert rows.proposal(maya.shop.data, asked.proposal_id).status == "withdrawn"


async def test_a_superseded_proposal_says_so(maya: Customer) -> None:
    older = (await maya.say("cancel my whole order, I ordered it by mistake")).proposal_id
    newer = await maya.say(CANCEL_THE_TENT)
    assert newer.proposal_id != older
    answered = await maya.confirm(older)
    assert "replaced" in answered.text
    assert rows.proposal(maya.shop.data, older).status == "superseded"
    assert rows.proposal(maya.shop.data, newer.proposal_id).status == "open"
    await maya.say("no")


async def test_asking_again_while_a_card_waits_shows_a_card_again(maya: Customer) -> None:
    older = (await maya.say(CANCEL_THE_TENT)).proposal_id
    newer = (await maya.say(CANCEL_THE_TENT)).proposal_id
    waiting = [row.id for row in rows.every(maya.shop.data, Proposal, Proposal.status == "open")]
    assert waiting == [newer]
    assert rows.proposal(maya.shop.data, older).status == "superseded"
    await maya.say("no")


async def test_a_proposal_of_somebody_else_is_none(shop: ShopProcess, maya: Customer) -> None:
    asked = await maya.say(CANCEL_THE_TENT)
    async with Customer(shop, sign_in_as(shop, "weather")) as marcus:
        foreign = await marcus.confirm(asked.proposal_id)
        invented = await marcus.confirm("pro_01nothinglikethis")
        taken_back = len(marcus.frames)
        await marcus.click(asked.proposal_id, "decline")
        declined = await marcus.run_end(taken_back)
    assert foreign.text == invented.text == declined.text
    assert not foreign.named("receipt")
    assert rows.proposal(shop.data, asked.proposal_id).status == "open"
    await maya.say("no")


async def test_a_card_of_the_session_before_can_be_answered(shop: ShopProcess, maya: Customer) -> None:
    asked = await maya.say(CANCEL_THE_TENT)
    async with Customer(shop, sign_in_as(shop, "blue tent")) as elsewhere:
        begun = len(elsewhere.frames)
        await elsewhere.click(asked.proposal_id, "decline")
        answered = await elsewhere.run_end(begun)
        assert "nothing has changed" in answered.text.lower()
    assert rows.proposal(shop.data, asked.proposal_id).status == "withdrawn"
