"""What is on file for a customer, and changing it: payments, the default address, where a refund goes."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from commerce.orders.models import Order, OrderLine, OrderStatus, Return
from commerce.payments.models import Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from core.database import Database
from tests.commerce.actions.books import assert_sound
from tests.factories import Line, a_customer, a_method, an_order
from tests.tools.conftest import Caller

NEW = {"address1": "5 Elm Court", "city": "Aurora", "state": "CO", "zip": "80012"}


class Account:
    """A customer with a card, an order on it, a wallet and a gift card."""

    customer: Customer
    card: PaymentMethod
    wallet: PaymentMethod
    gift: PaymentMethod
    order: Order
    line: OrderLine


async def _account(
    database: Database, *, status: str = OrderStatus.pending, balance: int = 5000, gift_paid: int = 0
) -> Account:
    made = Account()
    async with database.transaction() as session:
        made.customer = await a_customer(session)
        made.card, made.wallet, made.gift = [
            await a_method(session, made.customer, kind, **values)
            for kind, values in (("card", {}), ("wallet", {}), ("gift_card", {"balance": balance + gift_paid}))
        ]
        made.gift.balance = balance
        paid: list[tuple[PaymentMethod, int | None]] = [(made.card, None)]
        if gift_paid:
            paid.insert(0, (made.gift, gift_paid))
        made.order, (made.line,) = await an_order(session, made.customer, [Line()], status=status, paid=paid)
    return made


def _whole(account: Account, **args: Any) -> dict[str, Any]:
    return {"orders": [{"order_number": account.order.number}], "reason": "no_longer_needed", **args}


async def test_what_is_on_file_is_told_and_no_more(caller: Caller, sqlite_database: Database) -> None:
    await _account(sqlite_database)
    mine = await _account(sqlite_database, balance=2350)
    await caller.session_of(mine.customer)
    result, artifact = await caller.call("my_details")
    assert result["email"] == mine.customer.email
    assert result["address"] == mine.customer.address
    methods = {each["id"]: each for each in result["payment_methods"]}
    assert {key: each["label"] for key, each in methods.items()} == {
        mine.card.id: "Visa ending 4242",
        mine.wallet.id: "PayPal",
        mine.gift.id: "gift card ending 0931",
    }
    assert methods[mine.gift.id]["balance"] == 2350
    assert result["must_choose"] == {"item_changes": False, "exchanges": False, "returns": False}
    assert mine.customer.id not in json.dumps(result | {"email": ""})
    assert (artifact.cards, artifact.proposal) == ((), None)


async def test_who_has_nothing_on_file_is_told_so(caller: Caller, sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        customer = await a_customer(session, address={})
    await caller.session_of(customer)
    result, _ = await caller.call("my_details")
    assert (result["address"], result["payment_methods"]) == (None, [])


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("my_details", {}),
        ("propose_payment_change", {"order_number": "SW-1", "pay_with": "gift_card"}),
        ("propose_default_address", NEW),
    ],
)
async def test_nobody_has_no_account(caller: Caller, name: str, args: dict[str, Any]) -> None:
    result = await caller.refused(name, **args)
    assert (result["error"], result["missing"]) == ("not_verified", ["email", "order_number"])


@pytest.mark.parametrize("to", ["wallet", "gift"])
async def test_an_order_moves_to_another_payment(caller: Caller, sqlite_database: Database, to: str) -> None:
    account = await _account(sqlite_database)
    method: PaymentMethod = getattr(account, to)
    await caller.session_of(account.customer)
    before = await caller.shop_rows()
    result, artifact = await caller.call(
        "propose_payment_change", order_number=account.order.number, pay_with=method.id
    )
    assert artifact.ends_turn
    assert await caller.shop_rows() == before
    await caller.confirm(result)
    async with sqlite_database.read() as session:
        old, new = (await session.exec(select(Payment).order_by(col(Payment.position)))).all()
        assert (old.payment_method_id, old.refunded) == (account.card.id, 5000)
        assert (new.payment_method_id, new.amount, new.refunded) == (method.id, 5000, 0)
        refund = (await session.exec(select(Refund))).one()
        assert (refund.amount, refund.payment_method_id) == (5000, account.card.id)
        assert (await session.get_one(PaymentMethod, account.gift.id)).balance == (0 if to == "gift" else 5000)
        await assert_sound(session)


async def test_the_gift_card_needs_no_id(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database)
    await caller.session_of(account.customer)
    result, _ = await caller.call("propose_payment_change", order_number=account.order.number, pay_with="gift_card")
    await caller.confirm(result)
    async with sqlite_database.read() as session:
        assert (await session.get_one(PaymentMethod, account.gift.id)).balance == 0


async def test_a_poor_gift_card_takes_no_order_over(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database, balance=4999)
    await caller.session_of(account.customer)
    result = await caller.refused("propose_payment_change", order_number=account.order.number, pay_with="gift_card")
    assert result["message"] == "Your gift card ending 0931 holds $49.99, and $50.00 is needed."
    assert result["clauses"] == ["payment_changes.methods"]


@pytest.mark.parametrize("named", [True, False])
async def test_the_payment_an_order_stands_on_is_no_change(
    caller: Caller, sqlite_database: Database, named: bool
) -> None:
    account = await _account(sqlite_database)
    await caller.session_of(account.customer)
    pay_with = account.card.id if named else "original"
    result = await caller.refused("propose_payment_change", order_number=account.order.number, pay_with=pay_with)
    assert "already" in result["message"]


async def test_a_payment_is_not_changed_to_somebody_elses(caller: Caller, sqlite_database: Database) -> None:
    mine, theirs = await _account(sqlite_database), await _account(sqlite_database)
    await caller.session_of(mine.customer)
    found = [
        await caller.refused("propose_payment_change", order_number=mine.order.number, pay_with=pay_with)
        for pay_with in (theirs.wallet.id, "pay_none")
    ]
    assert found[0] == found[1]
    assert found[0]["message"] == "There is no such way to pay on this account."


async def test_somebody_elses_order_is_paid_by_nobody_else(caller: Caller, sqlite_database: Database) -> None:
    mine, theirs = await _account(sqlite_database), await _account(sqlite_database)
    await caller.session_of(mine.customer)
    found = [
        await caller.refused("propose_payment_change", order_number=number, pay_with=mine.wallet.id)
        for number in (theirs.order.number, "SW-999999")
    ]
    assert found[0] == found[1]
    assert found[0]["error"] == "order_not_found"


async def test_a_delivered_order_stays_paid_as_it_is(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database, status=OrderStatus.delivered)
    await caller.session_of(account.customer)
    result = await caller.refused(
        "propose_payment_change", order_number=account.order.number, pay_with=account.wallet.id
    )
    assert result["clauses"] == ["payment_changes.when"]


async def test_the_default_address_changes_and_orders_keep_theirs(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database)
    await caller.session_of(account.customer)
    before = await caller.shop_rows()
    result, artifact = await caller.call("propose_default_address", **NEW)
    assert artifact.ends_turn
    assert await caller.shop_rows() == before
    receipt = await caller.confirm(result)
    assert receipt.sentence == "Your default address is now 5 Elm Court, Aurora, CO 80012."
    async with sqlite_database.read() as session:
        customer = await session.get_one(Customer, account.customer.id)
        assert customer.address == {**NEW, "address2": "", "country": "US"}
        assert (await session.get_one(Order, account.order.id)).ship_to == account.order.ship_to


async def test_the_address_that_is_on_file_is_no_change(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database)
    await caller.session_of(account.customer)
    result = await caller.refused("propose_default_address", **account.customer.address)
    assert result["message"] == "This is your address already."
    assert result["clauses"] == ["profile.address"]


async def test_an_address_where_the_shop_does_not_go_is_refused(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database)
    await caller.session_of(account.customer)
    abroad = {"address1": "Rue Haute 3", "city": "Paris", "zip": "75001", "country": "FR"}
    result = await caller.refused("propose_default_address", **abroad)
    assert result["clauses"] == ["profile.address"]


@pytest.mark.parametrize(("refund_to", "where"), [("original", "card"), ("gift_card", "gift")])
async def test_a_return_is_refunded_to_the_payment_named(
    caller: Caller, sqlite_database: Database, refund_to: str, where: str
) -> None:
    account = await _account(sqlite_database, status=OrderStatus.delivered)
    await caller.session_of(account.customer)
    result, _ = await caller.call("propose_return", **_whole(account, refund_to=refund_to))
    await caller.confirm(result)
    async with sqlite_database.read() as session:
        opened = (await session.exec(select(Return))).one()
        assert opened.refund_method_id == getattr(account, where).id
        assert opened.refund_amount > 0
        await assert_sound(session)


async def test_a_return_of_an_order_on_several_payments_goes_back_over_them(
    caller: Caller, sqlite_database: Database
) -> None:
    account = await _account(sqlite_database, status=OrderStatus.delivered, gift_paid=2000)
    await caller.session_of(account.customer)
    result, _ = await caller.call("propose_return", **_whole(account))
    receipt = await caller.confirm(result)
    back = {each.payment_method_id: each.amount for each in receipt.parts[0].money if each.direction == "refund"}
    assert set(back) == {account.gift.id, account.card.id}
    async with sqlite_database.read() as session:
        opened = (await session.exec(select(Return))).one()
        assert (opened.refund_method_id, opened.refund_amount) == (None, sum(back.values()))


async def test_a_return_is_not_refunded_to_what_did_not_pay(caller: Caller, sqlite_database: Database) -> None:
    account = await _account(sqlite_database, status=OrderStatus.delivered)
    await caller.session_of(account.customer)
    result = await caller.refused("propose_return", **_whole(account, refund_to=account.wallet.id))
    assert result["message"] == "The refund can only go to the payment you used or a gift card of yours."
    assert result["clauses"] == ["returns.refund_method"]


async def test_a_return_is_not_refunded_to_somebody_else(caller: Caller, sqlite_database: Database) -> None:
    mine = await _account(sqlite_database, status=OrderStatus.delivered)
    theirs = await _account(sqlite_database)
    await caller.session_of(mine.customer)
    result = await caller.refused("propose_return", **_whole(mine, refund_to=theirs.gift.id))
    assert result["message"] == "There is no such way to pay on this account."
