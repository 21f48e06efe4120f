"""Swapping items of an order that is not packed."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select

from commerce.actions.base import Action
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.change_items import ChangeItems
from commerce.actions.change_payment import ChangePayment
from commerce.actions.errors import ProposalRefused
from commerce.actions.service import Actions
from commerce.actions.swapping import LineSwap
from commerce.catalogue.models import StockPolicy, Variant
from commerce.orders.errors import OrderNotFound
from commerce.orders.models import FulfilmentLine, Order, OrderLine
from commerce.orders.service import Orders
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Address, Customer
from commerce.places.models import InventoryLevel, Location
from commerce.promises.models import Promise
from commerce.shop import Shop
from tests.commerce.actions.conftest import Opening
from tests.commerce.actions.swaps import ONE_TIME, a_sibling, do, stricter
from tests.factories import Line, a_customer, a_level, a_location, a_method, a_variant, an_order, customer_principal


class World:
    """A customer with an order of a blue tent, and a red one on the shelf beside it."""

    ann: Customer
    blue: Variant
    red: Variant
    place: Location
    order: Order
    lines: list[OrderLine]

    def swap(self, to: Variant | None = None, quantity: int = 1, method: str | None = None, line: int = 0) -> Action:
        """Some units of a line for another variant."""
        wanted = LineSwap(variant_id=(to or self.red).id, quantity=quantity)
        changes = {self.lines[line].id: wanted}
        return ChangeItems(order_number=self.order.number, changes=changes, payment_method_id=method)


async def a_world(shop: Shop, *, red: int = 5000, stock: int = 5, line: Line = Line(), **values: object) -> World:
    world = World()
    session = shop.session
    world.ann = await a_customer(session)
    world.blue = await a_variant(session)
    world.red = await a_sibling(session, world.blue, price=red)
    world.place = await a_location(session)
    if stock:
        await a_level(session, world.place, world.red, on_hand=stock)
    lines = [replace(line, variant=world.blue), Line(unit_price=900)]
    world.order, world.lines = await an_order(session, world.ann, lines, location=world.place, **values)  # type: ignore[arg-type]
    return world


async def refused(shop: Shop, world: World, action: Action) -> str:
    with pytest.raises(ProposalRefused) as refusal:
        await Actions(shop).propose([action], customer_principal(world.ann), key=action.model_dump_json())
    assert refusal.value.clauses
    return str(refusal.value)


async def test_a_dearer_variant_takes_the_place_and_its_difference_is_charged(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, red=6000, line=Line(unit_price=5000, discount=500, tax=360), shipping=695)
        receipt = await do(shop, world.ann, world.swap())
        order, method = world.order, receipt.parts[0].money[0]
    assert receipt.sentence == (
        f"The Ridgeline Tent (Red) is now in order {order.number}. "
        "The difference is $9.72, charged to your Visa ending 4242."
    )
    async with opened() as shop:
        row = await shop.session.get(OrderLine, world.lines[0].id)
        assert row is not None
        assert (row.variant_id, row.options, row.unit_price) == (world.red.id, {"Color": "Red"}, 6000)
        assert (row.quantity, row.discount, row.tax) == (1, 600, 432)
        stored = await shop.session.get(Order, order.id)
        assert stored is not None and stored.items_changed_at is not None
        assert (stored.subtotal, stored.discount, stored.tax, stored.total) == (6900, 600, 432, 7427)
        first, second = (await shop.session.exec(select(Payment).order_by(col(Payment.position)))).all()
        assert (first.amount, second.amount, second.position) == (6455, 972, 2)
        assert second.payment_method_id == method.payment_method_id == first.payment_method_id
        booked: dict[str, int] = {}
        for entry in (await shop.session.exec(select(LedgerEntry))).all():
            booked[entry.account] = booked.get(entry.account, 0) + entry.amount
        assert booked["cash"] == 7427 and booked["receivable"] == 0 and booked["tax"] == -432
        for variant, reserved in ((world.blue, 0), (world.red, 1)):
            level = await shop.session.get(InventoryLevel, (world.place.id, variant.id))
            assert level is not None and level.reserved == reserved


async def test_a_cheaper_variant_gives_the_difference_back_to_a_gift_card_at_once(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, red=4200)
        gift = await a_method(shop.session, world.ann, "gift_card", balance=100)
        receipt = await do(shop, world.ann, world.swap(method=gift.id))
        assert receipt.sentence.endswith("$8.00 went back to your gift card ending 0931.")
        await shop.session.refresh(gift)
        assert gift.balance == 900
        refund = (await shop.session.exec(select(Refund))).one()
        assert (refund.amount, refund.reason, refund.status, refund.position) == (800, "items_changed", "paid", 2)
        assert refund.payment_method_id == gift.id


async def test_one_unit_of_two_is_split_off_and_both_keep_what_they_cost(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, line=Line(quantity=2, unit_price=5000, discount=3, tax=101))
        receipt = await do(shop, world.ann, world.swap())
        assert "The price stays the same." in receipt.sentence
    async with opened() as shop:
        rows = (await shop.session.exec(select(OrderLine).where(OrderLine.product_id == world.blue.product_id))).all()
        old, new = sorted(rows, key=lambda row: row.id)
        assert new.id == f"{old.id}_2"
        assert (old.quantity, old.discount, old.tax) == (1, 2, 50)
        assert (new.variant_id, new.quantity, new.discount, new.tax) == (world.red.id, 1, 1, 51)
        allotted = {row.order_line_id: row.quantity for row in (await shop.session.exec(select(FulfilmentLine))).all()}
        assert (allotted[old.id], allotted[new.id]) == (1, 1)
        assert (await shop.session.exec(select(Refund))).all() == []


async def test_after_a_split_the_rest_can_be_cancelled_in_the_same_bundle(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, line=Line(quantity=2, unit_price=5000))
        receipt = await do(shop, world.ann, world.swap(), CancelOrder(order_number=world.order.number))
        assert [part.done for part in receipt.parts] == [True, True]
        refunds = (await shop.session.exec(select(Refund))).all()
        assert sum(refund.amount for refund in refunds) == 10900


async def test_short_units_are_swapped_first_and_their_promise_is_withdrawn(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, line=Line(quantity=2, short=1))
        promise = Promise(
            id="prm_1", customer_id=world.ann.id, order_id=world.order.id, order_line_id=world.lines[0].id,
            kind="delivery", text="Send it.", made_at=shop.clock.now(),
        )  # fmt: skip
        shop.session.add(promise)
        await do(shop, world.ann, world.swap())
        await shop.session.refresh(world.lines[0])
        await shop.session.refresh(promise)
        assert (world.lines[0].quantity, world.lines[0].short, promise.status) == (1, 0, "withdrawn")


async def test_a_variant_that_is_not_counted_is_there_or_is_not(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, stock=0)
        always = await a_sibling(shop.session, world.blue, "Green", stock=StockPolicy.always)
        never = await a_sibling(shop.session, world.blue, "Gray", stock=StockPolicy.never)
        assert "(Gray) is not available" in await refused(shop, world, world.swap(never))
        await do(shop, world.ann, world.swap(always))
        await do(shop, world.ann, CancelOrder(order_number=world.order.number))


async def test_a_discount_on_the_order_stays_with_its_lines(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, red=9000, discount=590, total=5310)
        await do(shop, world.ann, world.swap())
        rows = (await shop.session.exec(select(OrderLine).order_by(col(OrderLine.unit_price)))).all()
        assert [row.discount for row in rows] == [90, 900]
        await shop.session.refresh(world.order)
        assert (world.order.discount, world.order.total) == (990, 8910)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("same", "is what you have already"),
        ("foreign", "does not come in such a variant"),
        ("unknown", "does not come in such a variant"),
        ("inactive", "does not come in such a variant"),
        ("many", "only 1 can still be changed"),
        ("stock", "is not available at present"),
        ("line", "has no such item"),
        ("method", "no such way to pay"),
        ("poor", "holds $1.00, and $5.00 is needed"),
    ],
)
async def test_what_cannot_be_had_or_paid_is_refused(opened: Opening, case: str, said: str) -> None:
    async with opened() as shop:
        world = await a_world(shop, red=5500)
        session = shop.session
        bob = await a_customer(session)
        gone = await a_sibling(session, world.blue, "Green")
        inactive = await a_sibling(session, world.blue, "Gray", active=False, stock="always")
        poor = await a_method(session, world.ann, "gift_card", balance=100)
        action = {
            "same": world.swap(world.blue),
            "foreign": world.swap(await a_variant(session, "Camp Mug")),
            "unknown": world.swap(Variant(id="var_none", product_id="", sku="", source="", external_id="")),
            "inactive": world.swap(inactive),
            "many": world.swap(quantity=2),
            "stock": world.swap(gone),
            "line": ChangeItems(order_number=world.order.number, changes={"lin_none": LineSwap(variant_id="x")}),
            "method": world.swap(method=(await a_method(session, bob)).id),
            "poor": world.swap(method=poor.id),
        }[case]
        with pytest.raises(ProposalRefused, match=said.replace("$", r"\$")):
            await Actions(shop).propose([action], customer_principal(world.ann), "k")


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_units_and_fewer_are_no_swap(quantity: int) -> None:
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        LineSwap(variant_id="var_1", quantity=quantity)


@pytest.mark.parametrize("status", ["processing", "shipped", "delivered", "cancelled"])
async def test_a_packed_order_is_not_changed(opened: Opening, status: str) -> None:
    async with opened() as shop:
        world = await a_world(shop, status="shipped" if status == "cancelled" else status)
        if status == "cancelled":
            world.order.status = "delivered"
        assert "can only be changed while it is pending" in await refused(shop, world, world.swap())


async def test_somebody_elses_order_is_no_order(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop)
        bob = await a_customer(shop.session)
        with pytest.raises(OrderNotFound):
            await Actions(shop).propose([world.swap()], customer_principal(bob), "k")


async def test_where_items_change_once_everything_after_it_is_closed(opened: Opening, tmp_path: Path) -> None:
    async with opened() as given:
        shop = replace(given, policies=stricter(tmp_path, ONE_TIME))
        world = await a_world(shop, red=4000)
        other = await a_method(shop.session, world.ann, "wallet")
        assert "which payment takes the difference of $10.00" in await refused(shop, world, world.swap())
        number = world.order.number
        move = ChangePayment(order_number=number, payment_method_id=other.id)
        address = ChangeAddress(order_number=number, address=Address(address1="3 Elm", city="Ouray", zip="81427"))
        receipt = await do(shop, world.ann, address, move, world.swap(method=other.id))
        assert [part.done for part in receipt.parts] == [True, True, True]
        for again in (CancelOrder(order_number=number, reason="other"), address, move, world.swap(world.blue)):
            assert "were changed" in await refused(shop, world, again)
        view = await Orders(shop).get(number, customer_principal(world.ann))
        assert (view.items_changed, view.may, view.status) == (True, [], "pending")


async def test_the_payments_and_refunds_of_an_order_keep_their_sequence(opened: Opening) -> None:
    async with opened() as shop:
        world = await a_world(shop, red=4000)
        other = await a_method(shop.session, world.ann, "wallet")
        await do(shop, world.ann, ChangePayment(order_number=world.order.number, payment_method_id=other.id))
        await do(shop, world.ann, world.swap(method=other.id))
        rows: list[Payment | Refund] = [*(await shop.session.exec(select(Payment))).all()]
        rows += [*(await shop.session.exec(select(Refund))).all()]
        history = [(type(row), row.amount) for row in sorted(rows, key=lambda row: (row.position, row.created_at))]
        assert history == [(Payment, 5900), (Payment, 5900), (Refund, 5900), (Refund, 1000)]


async def test_a_shop_without_the_policy_does_not_offer_it(opened: Opening, tmp_path: Path) -> None:
    async with opened() as given:
        shop = replace(given, policies=stricter(tmp_path, {}, without=("item_changes.md",)))
        world = await a_world(shop)
        with pytest.raises(ProposalRefused, match="do not offer to change the items"):
            await do(shop, world.ann, world.swap())
        view = await Orders(shop).get(world.order.number, customer_principal(world.ann))
        assert "change_items" not in view.may and "cancel_order" in view.may
