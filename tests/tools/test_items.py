"""Items for other variants: what is offered, what is proposed, and what a yes leaves in the shop."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import col, select

from commerce.catalogue.models import Variant
from commerce.orders.models import ExchangeLine, Order, OrderLine, OrderStatus, Return
from commerce.payments.models import Payment, Refund
from commerce.people.models import Customer, PaymentMethod
from commerce.places.models import InventoryLevel
from core.database import Database
from tests.commerce.actions.books import assert_sound
from tests.commerce.actions.swaps import a_sibling
from tests.factories import Line, a_customer, a_level, a_location, a_method, a_variant, an_order
from tests.tools.conftest import Caller


@dataclass
class Bought:
    """A customer who bought a blue tent for 50 and paid it with a card; a red one stands beside it."""

    customer: Customer
    card: PaymentMethod
    blue: Variant
    red: Variant
    order: Order
    line: OrderLine

    def swap(self, to: str = "", line_id: str = "", **args: Any) -> dict[str, Any]:
        """The arguments that swap the tent, or another line, for the red one or another variant."""
        item = {"line_id": line_id or self.line.id, "variant_id": to or self.red.id}
        return {"orders": [{"order_number": self.order.number, "items": [item]}], **args}


async def _bought(
    database: Database, *, status: str = OrderStatus.pending, red: int = 5000, stock: int = 5, gift: int = 0
) -> Bought:
    """`gift` is what of the order a gift card paid."""
    async with database.transaction() as session:
        customer, place = await a_customer(session), await a_location(session)
        card, blue = await a_method(session, customer), await a_variant(session)
        other = await a_sibling(session, blue, price=red)
        if stock:
            await a_level(session, place, other, on_hand=stock)
        paid: list[tuple[PaymentMethod, int | None]] = [(card, None)]
        if gift:
            paid.insert(0, (await a_method(session, customer, "gift_card"), gift))
        order, (line,) = await an_order(session, customer, [Line(blue)], status=status, location=place, paid=paid)
    return Bought(customer, card, blue, other, order, line)


async def test_every_variant_of_an_ordered_item_is_offered_with_its_price(
    caller: Caller, sqlite_database: Database
) -> None:
    bought = await _bought(sqlite_database, red=6000, stock=0)
    await caller.session_of(bought.customer)
    item = {"order_number": bought.order.number, "line_id": bought.line.id}
    result, artifact = await caller.call("item_options", items=[item])
    assert result["lines"] == {bought.line.id: {"product": bought.blue.product_id, "variant_id": bought.blue.id}}
    product = result["products"][bought.blue.product_id]
    assert product["title"] == bought.line.title
    offered = {each["variant_id"]: each for each in product["variants"]}
    assert set(offered) == {bought.blue.id, bought.red.id}
    assert offered[bought.red.id]["options"] == {"Color": "Red"}
    assert (offered[bought.red.id]["price"], offered[bought.red.id]["available"]) == (6000, False)
    assert bought.customer.id not in json.dumps(result)
    assert (artifact.cards, artifact.proposal) == ((), None)


async def test_options_of_a_line_of_another_order_are_refused(caller: Caller, sqlite_database: Database) -> None:
    bought, other = await _bought(sqlite_database), await _bought(sqlite_database)
    await caller.session_of(bought.customer)
    item = {"order_number": bought.order.number, "line_id": other.line.id}
    result = await caller.refused("item_options", items=[item])
    assert result["message"] == f"Order {bought.order.number} has no such item."


@pytest.mark.parametrize("name", ["item_options", "propose_swap"])
async def test_somebody_elses_items_look_like_none(caller: Caller, sqlite_database: Database, name: str) -> None:
    mine, theirs = await _bought(sqlite_database), await _bought(sqlite_database)
    await caller.session_of(mine.customer)
    found = []
    for number in (theirs.order.number, "SW-999999"):
        item = {"order_number": number, "line_id": theirs.line.id}
        part = {"order_number": number, "items": [{"line_id": theirs.line.id, "variant_id": theirs.red.id}]}
        args = {"items": [item]} if name == "item_options" else {"orders": [part]}
        found.append(json.dumps(await caller.refused(name, **args)).replace(number, ""))
    assert found[0] == found[1]
    assert "order_not_found" in found[0]


async def test_who_is_not_recognised_swaps_nothing(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database)
    result = await caller.refused("propose_swap", **bought.swap())
    assert (result["error"], result["missing"]) == ("not_verified", ["email", "order_number"])


async def test_an_item_that_is_not_sent_is_changed_and_the_difference_is_charged(
    caller: Caller, sqlite_database: Database
) -> None:
    bought = await _bought(sqlite_database, red=6000)
    await caller.session_of(bought.customer)
    before = await caller.shop_rows()
    result, artifact = await caller.call("propose_swap", **bought.swap())
    assert artifact.ends_turn
    assert await caller.shop_rows() == before
    assert "charged to your Visa ending 4242" in result["sentence"]
    receipt = await caller.confirm(result)
    assert [part.kind for part in receipt.parts] == ["change_items"]
    async with sqlite_database.read() as session:
        line = await session.get_one(OrderLine, bought.line.id)
        assert (line.variant_id, line.unit_price) == (bought.red.id, 6000)
        assert (await session.get_one(Order, bought.order.id)).total == 6000
        payments = (await session.exec(select(Payment).order_by(col(Payment.position)))).all()
        assert [(each.amount, each.payment_method_id) for each in payments] == [
            (5000, bought.card.id),
            (1000, bought.card.id),
        ]
        await assert_sound(session)


async def test_the_difference_comes_back_to_the_gift_card_that_was_named(
    caller: Caller, sqlite_database: Database
) -> None:
    bought = await _bought(sqlite_database, red=4200)
    async with sqlite_database.transaction() as session:
        gift = await a_method(session, bought.customer, "gift_card", balance=100)
    await caller.session_of(bought.customer)
    result, _ = await caller.call("propose_swap", **bought.swap(pay_with="gift_card"))
    await caller.confirm(result)
    async with sqlite_database.read() as session:
        refund = (await session.exec(select(Refund))).one()
        assert (refund.amount, refund.payment_method_id) == (800, gift.id)
        assert (await session.get_one(PaymentMethod, gift.id)).balance == 900
        await assert_sound(session)


async def test_an_item_that_arrived_is_exchanged_and_the_reason_is_kept(
    caller: Caller, sqlite_database: Database
) -> None:
    bought = await _bought(sqlite_database, status=OrderStatus.delivered, red=6000)
    await caller.session_of(bought.customer)
    result, _ = await caller.call("propose_swap", **bought.swap(reason="does_not_fit"))
    receipt = await caller.confirm(result)
    assert [part.kind for part in receipt.parts] == ["exchange_items"]
    async with sqlite_database.read() as session:
        opened = (await session.exec(select(Return))).one()
        assert (opened.order_id, opened.reason, opened.difference) == (bought.order.id, "does_not_fit", 1000)
        new = (await session.exec(select(ExchangeLine))).one()
        assert (new.variant_id, new.quantity, new.unit_price) == (bought.red.id, 1, 6000)
        level = (await session.exec(select(InventoryLevel).where(InventoryLevel.variant_id == bought.red.id))).one()
        assert level.reserved == 1
        assert len((await session.exec(select(Payment))).all()) == 1
        assert (await session.get_one(OrderLine, bought.line.id)).variant_id == bought.blue.id
        await assert_sound(session)


async def test_items_of_two_orders_are_one_card(caller: Caller, sqlite_database: Database) -> None:
    first = await _bought(sqlite_database)
    async with sqlite_database.transaction() as session:
        order, (line,) = await an_order(session, first.customer, [Line(first.blue)], status=OrderStatus.delivered)
    await caller.session_of(first.customer)
    parts = first.swap()["orders"] + [
        {"order_number": order.number, "items": [{"line_id": line.id, "variant_id": first.red.id}]}
    ]
    result, _ = await caller.call("propose_swap", orders=parts)
    receipt = await caller.confirm(result)
    assert [(part.kind, part.done) for part in receipt.parts] == [("change_items", True), ("exchange_items", True)]
    async with sqlite_database.read() as session:
        await assert_sound(session)


async def test_on_several_payments_it_must_be_said_which_is_charged(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database, red=6000, gift=2000)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap())
    assert result["message"] == "Please tell us which payment takes the difference of $10.00."
    assert result["clauses"] == ["item_changes.difference"]
    named, _ = await caller.call("propose_swap", **bought.swap(pay_with=bought.card.id))
    await caller.confirm(named)
    async with sqlite_database.read() as session:
        newest = (await session.exec(select(Payment).order_by(col(Payment.position).desc()))).first()
        assert newest is not None
        assert (newest.amount, newest.payment_method_id) == (1000, bought.card.id)


async def test_on_several_payments_what_comes_back_needs_no_name(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database, red=4000, gift=2000)
    await caller.session_of(bought.customer)
    result, _ = await caller.call("propose_swap", **bought.swap())
    await caller.confirm(result)
    async with sqlite_database.read() as session:
        assert sum(each.amount for each in (await session.exec(select(Refund))).all()) == 1000
        await assert_sound(session)


@pytest.mark.parametrize(
    ("status", "policy"), [(OrderStatus.pending, "item_changes"), (OrderStatus.delivered, "exchanges")]
)
async def test_a_poor_gift_card_pays_no_difference(
    caller: Caller, sqlite_database: Database, status: str, policy: str
) -> None:
    bought = await _bought(sqlite_database, status=status, red=6000)
    async with sqlite_database.transaction() as session:
        await a_method(session, bought.customer, "gift_card", balance=999)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap(pay_with="gift_card"))
    assert result["message"] == "Your gift card ending 0931 holds $9.99, and $10.00 is needed."
    assert result["clauses"] == [f"{policy}.difference"]


async def test_somebody_elses_card_looks_like_one_that_does_not_exist(
    caller: Caller, sqlite_database: Database
) -> None:
    bought, other = await _bought(sqlite_database, red=6000), await _bought(sqlite_database)
    await caller.session_of(bought.customer)
    theirs = await caller.refused("propose_swap", **bought.swap(pay_with=other.card.id))
    invented = await caller.refused("propose_swap", **bought.swap(pay_with="pay_none"))
    assert theirs == invented
    assert theirs["message"] == "There is no such way to pay on this account."


async def test_no_gift_card_is_said_as_such(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database, red=6000)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap(pay_with="gift_card"))
    assert result["message"] == "There is no gift card on this account."


@pytest.mark.parametrize(
    ("status", "policy"), [(OrderStatus.pending, "item_changes"), (OrderStatus.delivered, "exchanges")]
)
@pytest.mark.parametrize("of", ["another product", "nothing"])
async def test_a_variant_of_another_product_is_none(
    caller: Caller, sqlite_database: Database, status: str, policy: str, of: str
) -> None:
    bought = await _bought(sqlite_database, status=status)
    async with sqlite_database.transaction() as session:
        lamp = await a_variant(session, "Trail Lamp")
    await caller.session_of(bought.customer)
    wanted = lamp.id if of == "another product" else "var_none"
    result = await caller.refused("propose_swap", **bought.swap(to=wanted))
    assert result["message"] == f"The {bought.line.title} does not come in such a variant."
    assert result["clauses"] == [f"{policy}.variants"]


async def test_a_line_of_another_order_is_not_swapped(caller: Caller, sqlite_database: Database) -> None:
    bought, other = await _bought(sqlite_database), await _bought(sqlite_database)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap(line_id=other.line.id))
    assert "no such item" in result["message"]


async def test_what_is_sold_out_is_refused(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database, stock=0)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap())
    assert "is not available at present" in result["message"]
    assert result["clauses"] == ["item_changes.variants"]


@pytest.mark.parametrize(
    ("status", "clause"),
    [(OrderStatus.shipped, "exchanges.window"), (OrderStatus.processing, "item_changes.when")],
)
async def test_between_packing_and_arrival_nothing_is_swapped(
    caller: Caller, sqlite_database: Database, status: str, clause: str
) -> None:
    bought = await _bought(sqlite_database, status=status)
    await caller.session_of(bought.customer)
    result = await caller.refused("propose_swap", **bought.swap())
    assert result["clauses"] == [clause]


async def test_one_line_for_two_variants_loses_neither_silently(caller: Caller, sqlite_database: Database) -> None:
    bought = await _bought(sqlite_database)
    async with sqlite_database.transaction() as session:
        green = await a_sibling(session, bought.blue, "Green")
        await a_level(session, await a_location(session), green)
    await caller.session_of(bought.customer)
    items = [{"line_id": bought.line.id, "variant_id": each.id} for each in (bought.red, green)]
    result = await caller.refused("propose_swap", orders=[{"order_number": bought.order.number, "items": items}])
    assert result["error"] == "invalid"
