"""What a customer asks for in their own words beside cancelling and returning: other variants, another payment,
another address, what is on file. A yes carries it out once; a no with the right value brings the right card."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col

from commerce.actions.models import Proposal, ReceiptRow
from commerce.catalogue.models import Variant
from commerce.orders.models import ExchangeLine, Order, OrderLine, OrderStatus, Return, ReturnLine, Shipment
from commerce.payments.models import LedgerEntry, Payment, Refund
from commerce.people.models import Address, PaymentMethod, PaymentMethodKind
from commerce.people.models import Customer as Person
from commerce.places.models import InventoryLevel
from core.money import format_money
from tests.e2e import rows
from tests.e2e.customer import Customer, Seen, sign_in_by_email
from tests.e2e.process import ShopProcess

RECENTLY = timedelta(days=20)
"""Well inside the time in which goods that arrived can be exchanged."""
HOME = Address(address1="88 Pine Street", address2="Apt 4", city="Portland", state="OR", zip="97201")


@pytest.fixture
def open_shop(data: Path, tmp_path: Path) -> Iterator[ShopProcess]:
    """A shop of the test's own; every booking in it must balance at the end."""
    with ShopProcess(data, tmp_path / "log") as running:
        yield running
    assert rows.unbalanced(data) == []


@dataclass(frozen=True)
class Swappable:
    """A line that comes in another option: one unit, of a product its customer bought once."""

    order: Order
    line: OrderLine
    others: Sequence[Variant]
    """Variants on the shelf that differ in nothing but the one option."""

    @property
    def wanted(self) -> list[str]:
        """The other options, as a customer names them."""
        return [value for variant in self.others for value in variant.options.values()]


def swappable(data: Path, orders: Sequence[Order], others: int = 1) -> Swappable:
    """The first line with so many other variants."""
    free: dict[str, int] = defaultdict(int)
    for level in rows.every(data, InventoryLevel):
        free[level.variant_id] += level.on_hand - level.reserved - level.safety_stock
    for order in orders:
        for line in rows.lines_of_one_name(data, order):
            beside = rows.every(data, Variant, Variant.product_id == line.product_id, Variant.id != line.variant_id)
            shelf = [each for each in beside if free[each.id] > 0]
            if line.quantity == 1 and not line.short and len(line.options) == 1 and len(shelf) >= others:
                return Swappable(order, line, shelf)
    raise LookupError("nothing in the shop can be swapped")


def arrived(data: Path) -> list[Order]:
    """Whole orders that arrived lately."""
    since = datetime.now(UTC) - RECENTLY
    late = {each.order_id for each in rows.every(data, Shipment, col(Shipment.delivered_at) >= since)}
    asked_back = {each.order_id for each in rows.every(data, Return)}
    delivered = rows.every(data, Order, Order.status == OrderStatus.delivered, col(Order.id).in_(late - asked_back))
    return sorted(delivered, key=lambda order: order.placed_at, reverse=True)


def methods(data: Path, customer_id: str) -> Sequence[PaymentMethod]:
    return rows.every(data, PaymentMethod, PaymentMethod.customer_id == customer_id)


def signed_in(shop: ShopProcess, customer_id: str) -> Customer:
    """A customer in front of the chat."""
    return Customer(shop, sign_in_by_email(shop, rows.one(shop.data, Person, Person.id == customer_id).email))


async def agreed(data: Path, customer: Customer, asked: Seen) -> ReceiptRow:
    """Say yes to the only card; its receipt, which is shown once."""
    assert not rows.every(data, ReceiptRow)
    done = await customer.say("yes please")
    assert len(done.named("receipt")) == 1, done.text
    (receipt,) = rows.receipts(data, asked.proposal_id)
    assert all(part["done"] for part in receipt.body["parts"])
    return receipt


def booked(data: Path, receipt: ReceiptRow, account: str) -> int:
    """What a receipt put on an account."""
    entries = rows.every(data, LedgerEntry, LedgerEntry.reference == receipt.id, LedgerEntry.account == account)
    return sum(entry.amount for entry in entries)


def money(receipt: ReceiptRow, direction: str) -> int:
    """What a receipt says was charged or refunded."""
    return sum(
        each["amount"] for part in receipt.body["parts"] for each in part["money"] if each["direction"] == direction
    )


async def test_an_item_that_is_not_sent_becomes_the_other_option(open_shop: ShopProcess, data: Path) -> None:
    found = swappable(data, rows.pending_orders(data))
    async with signed_in(open_shop, found.order.customer_id) as ann:
        asked = await ann.say(f"I'd rather have the {found.line.title} in {found.wanted[0]}, can you change that?")
        assert rows.one(data, OrderLine, OrderLine.id == found.line.id).variant_id == found.line.variant_id
        receipt = await agreed(data, ann, asked)
    (part,) = receipt.body["parts"]
    assert (part["kind"], part["order_number"]) == ("change_items", found.order.number)
    line = rows.one(data, OrderLine, OrderLine.id == found.line.id)
    assert (line.variant_id, line.quantity) == (found.others[0].id, 1)
    after = rows.one(data, Order, Order.id == found.order.id)
    difference = after.total - found.order.total
    assert money(receipt, "charge") - money(receipt, "refund") == difference
    assert booked(data, receipt, "sales") + booked(data, receipt, "tax") == -difference


async def test_an_item_that_arrived_is_exchanged(open_shop: ShopProcess, data: Path) -> None:
    found = swappable(data, arrived(data))
    async with signed_in(open_shop, found.order.customer_id) as ann:
        asked = await ann.say(f"could I exchange the {found.line.title} I got for the {found.wanted[0]} one?")
        receipt = await agreed(data, ann, asked)
    (part,) = receipt.body["parts"]
    assert (part["kind"], part["order_number"]) == ("exchange_items", found.order.number)
    opened = rows.one(data, Return, Return.order_id == found.order.id)
    assert opened.number == part["reference"]
    back = rows.one(data, ReturnLine, ReturnLine.return_id == opened.id)
    assert (back.order_line_id, back.quantity) == (found.line.id, 1)
    sent = rows.one(data, ExchangeLine, ExchangeLine.return_line_id == back.id)
    assert (sent.variant_id, sent.quantity) == (found.others[0].id, 1)
    assert money(receipt, "charge") - money(receipt, "refund") == opened.difference
    assert not rows.every(data, LedgerEntry, LedgerEntry.reference == receipt.id)


async def test_an_order_moves_to_another_payment(open_shop: ShopProcess, data: Path) -> None:
    order, old, new = next(
        (order, payments[0], method)
        for order in rows.pending_orders(data)
        if len(payments := rows.every(data, Payment, Payment.order_id == order.id)) == 1
        for method in methods(data, order.customer_id)
        if method.id != payments[0].payment_method_id and method.kind != PaymentMethodKind.gift_card
    )
    async with signed_in(open_shop, order.customer_id) as ann:
        asked = await ann.say(f"I used the wrong card for {order.number}, please put it on my {new.label} instead")
        receipt = await agreed(data, ann, asked)
    (part,) = receipt.body["parts"]
    assert (part["kind"], part["order_number"]) == ("change_payment", order.number)
    before, after = sorted(rows.every(data, Payment, Payment.order_id == order.id), key=lambda each: each.position)
    assert (before.id, before.refunded) == (old.id, old.amount)
    assert (after.payment_method_id, after.amount, after.refunded) == (new.id, order.total, 0)
    refund = rows.one(data, Refund, Refund.order_id == order.id)
    assert (refund.payment_method_id, refund.amount) == (old.payment_method_id, old.amount)
    assert money(receipt, "charge") == money(receipt, "refund") == order.total
    assert booked(data, receipt, "cash") == order.total


async def test_the_default_address_changes_and_orders_keep_theirs(open_shop: ShopProcess, data: Path) -> None:
    order = rows.pending_orders(data)[0]
    async with signed_in(open_shop, order.customer_id) as ann:
        asked = await ann.say(
            "we moved last month, the address in my account should now be 88 Pine Street, Apt 4, Portland, OR 97201"
        )
        receipt = await agreed(data, ann, asked)
    assert [part["kind"] for part in receipt.body["parts"]] == ["change_default_address"]
    assert rows.one(data, Person, Person.id == order.customer_id).address == HOME.model_dump()
    assert rows.one(data, Order, Order.id == order.id).ship_to == order.ship_to
    assert not rows.every(data, LedgerEntry, LedgerEntry.reference == receipt.id)


async def test_what_is_left_on_the_gift_card_is_told(open_shop: ShopProcess, data: Path) -> None:
    card = next(
        each
        for each in rows.every(data, PaymentMethod, PaymentMethod.kind == PaymentMethodKind.gift_card)
        if each.balance
    )
    async with signed_in(open_shop, card.customer_id) as ann:
        answered = await ann.say("what's still left on my gift card?")
    assert format_money(card.balance, card.currency) in answered.text
    assert not answered.proposals
    assert not rows.every(data, Proposal)


async def test_a_no_with_the_right_option_brings_the_right_card(open_shop: ShopProcess, data: Path) -> None:
    found = swappable(data, rows.pending_orders(data), others=2)
    first, second = found.wanted[:2]
    async with signed_in(open_shop, found.order.customer_id) as ann:
        wrong = await ann.say(f"please switch the {found.line.title} to {first}")
        right = await ann.say(f"no, I meant {second}")
        assert second in right.proposals[0]["message"], right.text
        assert rows.proposal(data, wrong.proposal_id).status != "open"
        receipt = await agreed(data, ann, right)
    assert not rows.receipts(data, wrong.proposal_id)
    assert [part["kind"] for part in receipt.body["parts"]] == ["change_items"]
    assert rows.one(data, OrderLine, OrderLine.id == found.line.id).variant_id == found.others[1].id
