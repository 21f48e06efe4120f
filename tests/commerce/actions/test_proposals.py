"""Proposing, confirming, withdrawing, approving: what the mechanism itself must hold."""

from datetime import timedelta

import pytest
from sqlmodel import select

from commerce.actions.base import CommitResult
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.errors import ApprovalForbidden, ProposalClosed, ProposalNotFound, ProposalRefused
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.models import Approval, AuditEntry, Proposal, ReceiptRow
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.identity.principal import Principal
from commerce.orders.models import Order, Return
from commerce.payments.models import Payment, Refund
from commerce.people.models import Address
from commerce.places.models import InventoryLevel
from core.clock import FixedClock
from core.errors import Forbidden, Invalid, NotFound
from tests.commerce.actions.conftest import Opening
from tests.factories import (
    NOW,
    Line,
    a_customer,
    a_level,
    a_location,
    a_variant,
    an_order,
    customer_principal,
    staff_principal,
)

LAKE = Address(address1="4 Lake Road", city="Boulder", state="CO", zip="80301")


async def test_the_same_key_proposes_once(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        action, by = CancelOrder(order_number=order.number), customer_principal(ann)
        first = await Actions(shop).propose([action], by, "k")
        assert await Actions(shop).propose([action], by, "k") == first
        assert len((await shop.session.exec(select(Proposal))).all()) == 1


async def test_a_key_of_somebody_else_shows_nothing(opened: Opening) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        other, _ = await an_order(shop.session, bob)
        await Actions(shop).propose([CancelOrder(order_number=order.number)], customer_principal(ann), "k")
        with pytest.raises(ProposalNotFound):
            await Actions(shop).propose([CancelOrder(order_number=other.number)], customer_principal(bob), "k")


async def test_proposing_changes_nothing(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        await Actions(shop).propose([CancelOrder(order_number=order.number)], customer_principal(ann), "k")
    async with opened() as shop:
        assert (await shop.session.exec(select(Order))).one().status == "pending"
        assert (await shop.session.exec(select(InventoryLevel))).one().reserved == 1
        assert (await shop.session.exec(select(Payment))).one().refunded == 0
        assert (await shop.session.exec(select(Refund))).all() == []


@pytest.mark.parametrize("who", ["a stranger", "nobody", "a merchandiser"])
async def test_an_order_of_somebody_else_looks_like_one_that_does_not_exist(opened: Opening, who: str) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        by = {
            "a stranger": customer_principal(bob),
            "nobody": Principal(session_id="ses_new"),
            "a merchandiser": staff_principal("merchandiser"),
        }[who]
        seen = []
        for number in (order.number, "SW-999999"):
            with pytest.raises(NotFound) as missing:
                await Actions(shop).propose([CancelOrder(order_number=number)], by, number)
            seen.append((type(missing.value), missing.value.message))
        assert seen[0] == seen[1]


async def test_a_proposal_of_somebody_else_cannot_be_seen_confirmed_or_withdrawn(opened: Opening) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], customer_principal(ann), "k")
        stranger = customer_principal(bob)
        for call in (Actions(shop).get, Actions(shop).commit, Actions(shop).withdraw, Actions(shop).receipt):
            with pytest.raises(ProposalNotFound):
                await call(view.id, stranger)
        for call in (Actions(shop).approve, Actions(shop).decline):
            with pytest.raises(ProposalNotFound):
                await call(view.id, stranger, "please")


async def test_an_agent_acts_for_a_customer(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        agent = staff_principal("agent")
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], agent, "k")
        result = await Actions(shop).commit(view.id, agent)
        assert result.receipt is not None and result.receipt.customer_id == ann.id
        assert await Actions(shop).receipt(view.id, customer_principal(ann)) == result.receipt


async def test_a_bundle_concerns_one_customer_and_at_least_one_change(opened: Opening) -> None:
    async with opened() as shop:
        first, _ = await an_order(shop.session, await a_customer(shop.session))
        second, _ = await an_order(shop.session, await a_customer(shop.session))
        bundle = [CancelOrder(order_number=order.number) for order in (first, second)]
        with pytest.raises(Invalid):
            await Actions(shop).propose(bundle, staff_principal("agent"), "k")
        with pytest.raises(Invalid):
            await Actions(shop).propose([], staff_principal("agent"), "k")


async def test_a_second_confirmation_gives_the_same_receipt(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k")
        first = await Actions(shop).commit(view.id, by)
    async with opened() as shop:
        assert await Actions(shop).commit(view.id, by) == first
        assert len((await shop.session.exec(select(Refund))).all()) == 1
        with pytest.raises(ProposalClosed, match="done already"):
            await Actions(shop).withdraw(view.id, by)


async def test_a_withdrawn_proposal_stays_undone(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k", "con_1")
        assert (await Actions(shop).waiting("con_1")) == view
        assert (await Actions(shop).withdraw(view.id, by)).status == "withdrawn"
        assert (await Actions(shop).withdraw(view.id, by)).status == "withdrawn"
        assert await Actions(shop).waiting("con_1") is None
        with pytest.raises(ProposalClosed, match="withdrawn"):
            await Actions(shop).commit(view.id, by)
        assert await Actions(shop).receipt(view.id, by) is None


async def test_a_proposal_expires(opened: Opening, clock: FixedClock) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k", "con_1")
        assert view.expires_at == NOW + timedelta(minutes=30)
        clock.advance(timedelta(minutes=30))
        with pytest.raises(ProposalClosed, match="expired"):
            await Actions(shop).commit(view.id, by)
        assert (await Actions(shop).get(view.id, by)).status == "expired"
        assert (await shop.session.exec(select(Proposal))).one().status == "open"
        assert await Actions(shop).waiting("con_1") is None
        assert (await shop.session.exec(select(Proposal))).one().status == "expired"


async def test_what_is_overdue_is_closed_once(opened: Opening, clock: FixedClock) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        by = customer_principal(ann)
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k", "con_1")
        assert await Actions(shop).expire_due() == []
        clock.advance(timedelta(hours=1))
        (closed,) = await Actions(shop).expire_due()
        assert (closed.id, closed.status, closed.conversation_id) == (view.id, "expired", "con_1")
        assert await Actions(shop).expire_due() == []


async def test_a_newer_proposal_on_the_same_order_replaces_the_older(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        other, _ = await an_order(shop.session, ann)
        old = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "1", "con_1")
        kept = await Actions(shop).propose([CancelOrder(order_number=other.number)], by, "2", "con_1")
        action = ChangeAddress(order_number=order.number, address=LAKE)
        new = await Actions(shop).propose([action], by, "3", "con_1")
        assert new.replaces == (old.id,)
        assert await Actions(shop).waiting("con_1") == new.model_copy(update={"replaces": ()})
        assert (await Actions(shop).get(kept.id, by)).status == "open"
        with pytest.raises(ProposalClosed, match="newer proposal"):
            await Actions(shop).commit(old.id, by)


async def test_a_preview_that_changed_is_shown_anew_and_not_carried_out(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann, [Line(unit_price=5000)])
        view = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "k", "con_1")
    async with opened() as shop:
        payment = (await shop.session.exec(select(Payment))).one()
        refund = Refund(
            id="ref_other",
            order_id=order.id,
            payment_id=payment.id,
            payment_method_id=payment.payment_method_id,
            amount=1000,
            currency="USD",
            reason="goodwill",
            status="paid",
            created_at=NOW,
        )
        payment.refunded = 1000
        shop.session.add(refund)
    async with opened() as shop:
        result = await Actions(shop).commit(view.id, by)
    assert result.receipt is None and result.changed is not None
    assert result.changed.parts[0].money[0].amount == 4000
    async with opened() as shop:
        assert (await shop.session.exec(select(Order))).one().status == "pending"
        assert (await Actions(shop).get(view.id, by)).status == "superseded"
        assert await Actions(shop).waiting("con_1") == result.changed
        done = await Actions(shop).commit(result.changed.id, by)
        assert done.receipt is not None and done.receipt.done


async def test_the_parts_of_a_bundle_are_previewed_one_upon_the_other(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, (tent, lamp) = await an_order(shop.session, ann, [Line(), Line(unit_price=3000)], shipping=695)
        bundle = [
            CancelOrder(order_number=order.number, line_quantities={tent.id: 1}),
            CancelOrder(order_number=order.number, line_quantities={lamp.id: 1}),
            CancelOrder(order_number=order.number, line_quantities={tent.id: 1}),
        ]
        view = await Actions(shop).propose(bundle, by, "k")
        assert [part.money[0].amount for part in view.parts] == [5000, 3695]
        assert view.refused == (f"Order {order.number} is cancelled already.",)
        result = await Actions(shop).commit(view.id, by)
        assert result.receipt is not None and [part.done for part in result.receipt.parts] == [True, True]
        assert (await shop.session.exec(select(Payment))).one().refunded == 8695


async def test_a_part_that_fails_says_why_and_the_others_still_happen(opened: Opening) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        tent, store = await a_variant(shop.session), await a_location(shop.session, "Denver", kind="store")
        order, (line,) = await an_order(shop.session, ann, [Line(tent, short=1)])
        second, _ = await an_order(shop.session, ann)
        theirs, (their_line,) = await an_order(shop.session, bob, [Line(tent, short=1)])
        await a_level(shop.session, store, tent, on_hand=1)
        bundle = [
            FillShortLine(order_number=order.number, order_line_id=line.id, location_id=store.id),
            ChangeAddress(order_number=second.number, address=LAKE),
        ]
        view = await Actions(shop).propose(bundle, customer_principal(ann), "ann")
        faster = FillShortLine(order_number=theirs.number, order_line_id=their_line.id, location_id=store.id)
        other = await Actions(shop).propose([faster], customer_principal(bob), "bob")
        await Actions(shop).commit(other.id, customer_principal(bob))
    async with opened() as shop:
        result = await Actions(shop).commit(view.id, customer_principal(ann))
    assert result.receipt is not None
    assert [part.done for part in result.receipt.parts] == [False, True]
    assert "somebody else was faster" in result.receipt.parts[0].sentence
    async with opened() as shop:
        moved = (await shop.session.exec(select(Order).where(Order.number == second.number))).one()
        assert moved.ship_to == LAKE.model_dump()


async def test_a_part_that_fails_half_way_leaves_no_trace(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        near, far = sorted([(await a_location(shop.session)), (await a_location(shop.session))], key=lambda x: x.id)
        tent = await a_variant(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(tent, quantity=2, short=1)], location=near)
        second, _ = await an_order(shop.session, ann)
        level = await a_level(shop.session, far, tent, on_hand=1)
        fill = FillShortLine(order_number=order.number, order_line_id=line.id, location_id=far.id)
        filled = await Actions(shop).propose([fill], by, "fill")
        await Actions(shop).commit(filled.id, by)
        bundle = [
            CancelOrder(order_number=order.number),
            ChangeAddress(order_number=second.number, address=LAKE),
        ]
        view = await Actions(shop).propose(bundle, by, "k")
        key = (far.id, level.variant_id)
        miscounted = await shop.session.get(InventoryLevel, key, populate_existing=True)
        assert miscounted is not None
        miscounted.reserved = 0
    async with opened() as shop:
        result = await Actions(shop).commit(view.id, by)
        assert result.receipt is not None
        assert [part.done for part in result.receipt.parts] == [False, True]
    async with opened() as shop:
        held = await shop.session.get(InventoryLevel, (near.id, tent.id))
        assert held is not None and held.reserved == 1
        recounted = await shop.session.get(InventoryLevel, key)
        assert recounted is not None
        recounted.reserved = 1


async def test_a_bundle_of_which_nothing_can_be_done_is_refused_with_every_reason(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann, status="shipped")
        bundle = [
            CancelOrder(order_number=order.number),
            ChangeAddress(order_number=order.number, address=LAKE),
        ]
        with pytest.raises(ProposalRefused) as refusal:
            await Actions(shop).propose(bundle, customer_principal(ann), "k")
        assert len(refusal.value.reasons) == 2
        assert refusal.value.clauses == ("cancellation.when", "address_change.when")
        assert (await shop.session.exec(select(Proposal))).all() == []


async def _large_return(opened: Opening) -> tuple[str, Principal]:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, (line,) = await an_order(shop.session, ann, [Line(unit_price=40000)], status="delivered")
        action = ReturnItems(order_number=order.number, line_quantities={line.id: 1}, reason="damaged")
        view = await Actions(shop).propose([action], by, "k")
        result = await Actions(shop).commit(view.id, by)
        assert isinstance(result, CommitResult) and result.awaiting is not None
        assert (await Actions(shop).commit(view.id, by)).awaiting == result.awaiting
        return view.id, by


async def test_only_a_colleague_with_the_role_approves(opened: Opening, clock: FixedClock) -> None:
    proposal_id, by = await _large_return(opened)
    clock.advance(timedelta(hours=5))
    async with opened() as shop:
        with pytest.raises(ApprovalForbidden):
            await Actions(shop).approve(proposal_id, staff_principal("agent"))
        with pytest.raises(ApprovalForbidden):
            await Actions(shop).approve(proposal_id, by)
        with pytest.raises(Forbidden):
            await Actions(shop).awaiting_approval(by)
        result = await Actions(shop).approve(proposal_id, staff_principal("admin"), "fine")
        assert result.receipt is not None and result.receipt.done
        word = (await shop.session.exec(select(Approval))).one()
        assert (word.role, word.approved, word.reason) == ("lead", True, "fine")


async def test_what_a_colleague_declines_stays_undone(opened: Opening) -> None:
    proposal_id, by = await _large_return(opened)
    async with opened() as shop:
        view = await Actions(shop).decline(proposal_id, staff_principal("lead"), "used on a trip")
        assert view.status == "declined"
        with pytest.raises(ProposalClosed, match="declined"):
            await Actions(shop).commit(proposal_id, by)
        with pytest.raises(ProposalClosed, match="declined"):
            await Actions(shop).approve(proposal_id, staff_principal("lead"))
        assert (await shop.session.exec(select(Return))).all() == []
        assert not (await shop.session.exec(select(Approval))).one().approved


async def test_a_colleague_cannot_approve_before_the_customer_said_yes(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, (line,) = await an_order(shop.session, ann, [Line(unit_price=40000)], status="delivered")
        action = ReturnItems(order_number=order.number, line_quantities={line.id: 1}, reason="damaged")
        view = await Actions(shop).propose([action], customer_principal(ann), "k")
        with pytest.raises(ProposalClosed, match="customer's word"):
            await Actions(shop).approve(view.id, staff_principal("lead"))


async def test_every_step_is_written_down(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        by = customer_principal(ann)
        order, _ = await an_order(shop.session, ann)
        old = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "1")
        new = await Actions(shop).propose([CancelOrder(order_number=order.number)], by, "2")
        await Actions(shop).commit(new.id, by)
    async with opened() as shop:
        entries = (await shop.session.exec(select(AuditEntry))).all()
        assert sorted((entry.subject, entry.event) for entry in entries) == sorted(
            [(old.id, "proposed"), (old.id, "superseded"), (new.id, "proposed"), (new.id, "committed")]
        )
        assert {entry.session_id for entry in entries} == {by.session_id}
        receipt = (await shop.session.exec(select(ReceiptRow))).one()
        assert receipt.trace_id == next(entry.trace_id for entry in entries if entry.event == "committed")
