"""Moving an order to another payment."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select

from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_payment import ChangePayment
from commerce.actions.errors import ProposalRefused
from commerce.actions.service import Actions
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import Order
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.commerce.actions.swaps import ONE_TIME, do, stricter
from tests.factories import Line, a_customer, a_method, an_order, customer_principal


async def propose(shop: Shop, customer: Customer, order: Order, method: PaymentMethod) -> str:
    action = ChangePayment(order_number=order.number, payment_method_id=method.id)
    view = await Actions(shop).propose([action], customer_principal(customer), key=action.model_dump_json())
    return view.sentence


async def test_the_new_payment_is_charged_and_the_old_one_refunded(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        gift = await a_method(shop.session, ann, "gift_card", balance=6000)
        order, _ = await an_order(shop.session, ann, [Line(unit_price=5000)])
        receipt = await do(shop, ann, ChangePayment(order_number=order.number, payment_method_id=gift.id))
    assert receipt.sentence == (
        f"Order {order.number} is now paid with your gift card ending 0931. "
        "$50.00 goes back to your Visa ending 4242 within 5 to 7 business days."
    )
    async with opened() as shop:
        stored = await shop.session.get(PaymentMethod, gift.id)
        assert stored is not None and stored.balance == 1000
        old, new = (await shop.session.exec(select(Payment).order_by(col(Payment.position)))).all()
        refund = (await shop.session.exec(select(Refund))).one()
        assert (old.status, old.refunded, new.status, new.amount) == ("refunded", 5000, "captured", 5000)
        assert (refund.amount, refund.status, refund.reason) == (5000, "requested", "payment_changed")
        assert (old.position, new.position, refund.position) == (0, 2, 3)
        booked: dict[str, int] = {}
        for entry in (await shop.session.exec(select(LedgerEntry))).all():
            booked[entry.account] = booked.get(entry.account, 0) + entry.amount
        assert booked == {"sales": -5000, "cash": 5000, "gift_cards": 5000, "refunds_due": -5000, "receivable": 0}
        assert (await shop.session.exec(select(Promise))).one().kind == "refund"
        moved = await shop.session.get(Order, order.id)
        assert moved is not None and moved.status == "pending" and moved.payment_changed_at is not None


async def test_a_cancellation_afterwards_gives_back_only_what_is_still_held(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        gift = await a_method(shop.session, ann, "gift_card", balance=5000)
        order, _ = await an_order(shop.session, ann, [Line(unit_price=5000)])
        await do(shop, ann, ChangePayment(order_number=order.number, payment_method_id=gift.id))
        receipt = await do(shop, ann, CancelOrder(order_number=order.number))
        assert [(part.amount, part.payment_method_id) for part in receipt.parts[0].money] == [(5000, gift.id)]
        await shop.session.refresh(gift)
        assert gift.balance == 5000
        assert sum(row.amount for row in (await shop.session.exec(select(Refund))).all()) == 10000


async def test_an_order_on_several_payments_moves_to_one(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        card, gift = await a_method(shop.session, ann), await a_method(shop.session, ann, "gift_card")
        order, _ = await an_order(shop.session, ann, [Line(unit_price=5000)], paid=[(gift, 2000), (card, None)])
        await do(shop, ann, ChangePayment(order_number=order.number, payment_method_id=card.id))
        await shop.session.refresh(gift)
        assert gift.balance == 2000
        rows = (await shop.session.exec(select(Payment))).all()
        held = [(row.payment_method_id, row.amount - row.refunded) for row in rows]
        assert sorted(amount for method, amount in held if method == card.id) == [2000, 3000]
        assert [amount for method, amount in held if method == gift.id] == [0]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("same", "is paid with your Visa ending 4242 already"),
        ("foreign", "no such way to pay"),
        ("poor", r"holds \$49.99, and \$50.00 is needed"),
        ("currency", "no such way to pay"),
    ],
)
async def test_a_payment_that_cannot_take_it_is_refused(opened: Opening, case: str, said: str) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        card = await a_method(shop.session, ann)
        method = {
            "same": card,
            "foreign": await a_method(shop.session, bob),
            "poor": await a_method(shop.session, ann, "gift_card", balance=4999),
            "currency": await a_method(shop.session, ann, currency="EUR"),
        }[case]
        order, _ = await an_order(shop.session, ann, [Line(unit_price=5000)], paid=[(card, None)])
        with pytest.raises(ProposalRefused, match=said):
            await propose(shop, ann, order, method)


@pytest.mark.parametrize("status", ["processing", "shipped", "delivered"])
async def test_a_packed_order_keeps_its_payment(opened: Opening, status: str) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann, status=status)
        with pytest.raises(ProposalRefused, match="can only be changed while it is pending"):
            await propose(shop, ann, order, await a_method(shop.session, ann, "wallet"))


async def test_somebody_elses_order_is_no_order(opened: Opening) -> None:
    async with opened() as shop:
        ann, bob = await a_customer(shop.session), await a_customer(shop.session)
        order, _ = await an_order(shop.session, ann)
        with pytest.raises(OrderNotFound):
            await propose(shop, bob, order, await a_method(shop.session, bob))


async def test_where_it_is_done_once_the_second_time_is_refused(opened: Opening, tmp_path: Path) -> None:
    async with opened() as given:
        shop = replace(given, policies=stricter(tmp_path, ONE_TIME))
        ann = await a_customer(shop.session)
        wallet, card = await a_method(shop.session, ann, "wallet"), await a_method(shop.session, ann, last4="1111")
        order, _ = await an_order(shop.session, ann)
        await do(shop, ann, ChangePayment(order_number=order.number, payment_method_id=wallet.id))
        with pytest.raises(ProposalRefused, match="was changed already"):
            await propose(shop, ann, order, card)
        split, _ = await an_order(shop.session, ann, paid=[(wallet, 100), (card, None)])
        with pytest.raises(ProposalRefused, match="stands on several payments"):
            await propose(shop, ann, split, await a_method(shop.session, ann, last4="2222"))


async def test_a_gift_card_pays_one_of_two_orders_it_could_pay_alone(opened: Opening) -> None:
    async with opened() as shop:
        ann = await a_customer(shop.session)
        gift = await a_method(shop.session, ann, "gift_card", balance=7000)
        first, _ = await an_order(shop.session, ann)
        second, _ = await an_order(shop.session, ann)
        actions = [ChangePayment(order_number=order.number, payment_method_id=gift.id) for order in (first, second)]
        receipt = await do(shop, ann, *actions)
        assert [part.done for part in receipt.parts] == [True]
        await shop.session.refresh(gift)
        assert gift.balance == 2000
