"""The books and the way money goes back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from commerce.orders.models import Order, OrderLine
from commerce.orders.values import OrderValues
from commerce.payments.errors import Unbalanced
from commerce.payments.models import Account, LedgerEntry
from commerce.payments.service import Payments, add_business_days, refund_when
from commerce.policies.schema import RefundRules
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from tests.factories import NOW, Line, a_customer, a_method, an_order, shop_at


async def test_a_booking_that_does_not_balance_is_never_written(
    database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    async with database.transaction() as session:
        order, _ = await an_order(session, await a_customer(session))
        before = len((await session.exec(select(LedgerEntry))).all())
        with pytest.raises(Unbalanced):
            await Payments(shop_at(session, policies, clock)).book(order, {Account.cash: 100, Account.sales: -99}, "x")
        assert len((await session.exec(select(LedgerEntry))).all()) == before


async def test_a_sale_is_booked_to_the_last_cent(database: Database, policies: PolicyBook) -> None:
    async with database.transaction() as session:
        ann = await a_customer(session)
        card, gift = await a_method(session, ann), await a_method(session, ann, "gift_card")
        await an_order(session, ann, [Line(discount=500, tax=361)], shipping=695, paid=[(gift, 1000), (card, None)])
        booked = {entry.account: entry.amount for entry in (await session.exec(select(LedgerEntry))).all()}
    assert booked == {"sales": -4500, "tax": -361, "shipping": -695, "gift_cards": 1000, "cash": 4556}


async def test_money_goes_back_to_the_gift_card_first_and_then_as_it_was_paid(
    database: Database, policies: PolicyBook
) -> None:
    async with database.transaction() as session:
        ann = await a_customer(session)
        visa, paypal = await a_method(session, ann), await a_method(session, ann, "wallet")
        gift = await a_method(session, ann, "gift_card")
        order, _ = await an_order(session, ann, [Line()], paid=[(visa, 1000), (paypal, 2500), (gift, None)])
        payments = Payments(shop_at(session, policies))
        plan = await payments.plan(order.id, 4000)
        assert [(part.method.id, part.amount) for part in plan] == [(gift.id, 1500), (visa.id, 1000), (paypal.id, 1500)]
        assert sum(part.amount for part in await payments.plan(order.id, 99_999)) == 5000
        assert sum(part.amount for part in await payments.plan(order.id, 99_999, held_back=4500)) == 500


def test_the_days_of_a_refund_follow_the_policy(policies: PolicyBook) -> None:
    rules = policies.rules(RefundRules, date(2026, 4, 15))
    assert refund_when(rules, "card") == "within 5 to 7 business days"
    assert refund_when(rules, "wallet") == "within 1 to 3 business days"
    assert refund_when(rules, "gift_card") == "at once"


def test_weekends_are_no_business_days() -> None:
    friday = date(2026, 4, 17)
    assert add_business_days(friday, 1) == date(2026, 4, 20)
    assert add_business_days(friday, 7) == date(2026, 4, 28)
    assert add_business_days(friday, 0) == friday


@st.composite
def orders(draw: st.DrawFn) -> tuple[Order, dict[str, OrderLine]]:
    amounts = st.integers(0, 50_000)
    lines = [
        OrderLine(
            id=f"lin_{position}",
            order_id="ord_1",
            product_id="prd_1",
            variant_id="var_1",
            title="Tent",
            quantity=draw(st.integers(1, 9)),
            unit_price=draw(st.integers(100, 50_000)),
            discount=draw(st.integers(0, 90)),
            tax=draw(amounts),
        )
        for position in range(draw(st.integers(1, 4)))
    ]
    subtotal = sum(line.unit_price * line.quantity for line in lines)
    discount, tax = draw(st.integers(0, subtotal)), draw(amounts)
    shipping = draw(amounts)
    order = Order(
        id="ord_1",
        number="SW-1",
        customer_id="cus_1",
        subtotal=subtotal,
        discount=discount,
        tax=tax,
        shipping=shipping,
        total=subtotal - discount + tax + shipping,
        placed_at=NOW,
        source="test",
        external_id="1",
    )
    return order, {line.id: line for line in lines}


@given(orders(), st.randoms(use_true_random=False))
def test_the_shares_of_all_units_and_the_shipping_are_the_total(
    made: tuple[Order, dict[str, OrderLine]], dice: object
) -> None:
    order, lines = made
    values = OrderValues(order, lines)
    total = values.shipping.total
    for line in lines.values():
        while line.cancelled + line.returned < line.quantity:
            count = dice.randint(1, line.quantity - line.cancelled - line.returned)  # type: ignore[attr-defined]
            total += values.units(line, count).total
            if dice.random() < 0.5:  # type: ignore[attr-defined]
                line.cancelled += count
            else:
                line.returned += count
    assert total == order.total
