"""Whatever is asked for, in whatever sequence, and by whom: every invariant holds."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiosqlite
import pytest
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.base import Action
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.change_default_address import ChangeDefaultAddress
from commerce.actions.change_items import ChangeItems
from commerce.actions.change_payment import ChangePayment
from commerce.actions.exchange_items import ExchangeItems
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.actions.swapping import LineSwap
from commerce.actions.wait_for_stock import WaitForStock
from commerce.identity.principal import Principal
from commerce.people.models import Address
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from core.errors import StorewrightError
from tests.commerce.actions.books import assert_sound
from tests.commerce.actions.swaps import a_sibling
from tests.factories import (
    NOW,
    Line,
    a_customer,
    a_level,
    a_location,
    a_method,
    a_variant,
    an_order,
    customer_principal,
    staff_principal,
)

WORLDS = 50
SEQUENCES_A_WORLD = 20
STEPS = 8


@dataclass
class World:
    """Two customers who share the last units, with orders in every state."""

    people: list[Principal] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)


async def _build(session: AsyncSession, dice: random.Random) -> World:
    world = World()
    tent, mug = await a_variant(session), await a_variant(session, "Trail Meal", category="Food & Fuel")
    near, far = await a_location(session), await a_location(session, "Denver", kind="store")
    await a_level(session, far, tent, on_hand=dice.randint(0, 3), safety_stock=dice.randint(0, 1))
    red = await a_sibling(session, tent, price=dice.choice([1, 3000, 3333, 16001]))
    await a_level(session, dice.choice([near, far]), red, on_hand=dice.randint(0, 3), safety_stock=dice.randint(0, 1))
    loose = await a_sibling(session, tent, "Green", price=4999, stock=dice.choice(["always", "always", "never"]))
    world.variants += [tent.id, red.id, loose.id, mug.id]
    back = (NOW + timedelta(days=dice.randint(-5, 60))).date()
    for _ in range(2):
        customer = await a_customer(session)
        card = await a_method(session, customer)
        gift = await a_method(session, customer, "gift_card", balance=dice.choice([0, 500, 20000]))
        waiting = [Line(tent, quantity=3, short=dice.randint(0, 3), unit_price=3333, tax=101, restock_on=back)]
        arrived = [Line(tent, quantity=2, unit_price=15000, discount=1), Line(mug, quantity=2, unit_price=899, tax=7)]
        first = await an_order(
            session, customer, [*waiting, Line(mug, unit_price=1)], location=near, shipping=695,
            paid=[(card, 4000), (gift, None)],
        )  # fmt: skip
        second = await an_order(
            session, customer, arrived, location=near, status="delivered", paid=[(card, None)],
            placed_at=NOW - timedelta(days=dice.choice([10, 10, 40])),
        )  # fmt: skip
        world.people.append(customer_principal(customer))
        world.customers.append(customer.id)
        world.methods += [card.id, gift.id]
        for order, rows in (first, second):
            world.numbers.append(order.number)
            world.lines += [row.id for row in rows]
    world.people += [staff_principal("agent"), staff_principal("lead"), Principal("ses_nobody")]
    world.places += [near.id, far.id, "loc_unknown"]
    world.numbers.append("SW-0")
    return world


_KINDS: list[type[Action]] = [
    CancelOrder, CancelOrder, ReturnItems, ReturnItems, FillShortLine, WaitForStock, ChangeAddress,
    ChangePayment, ChangeItems, ChangeItems, ExchangeItems, ExchangeItems, ChangeDefaultAddress,
]  # fmt: skip


def _swap(world: World, dice: random.Random, quantity: int) -> LineSwap:
    return LineSwap(variant_id=dice.choice(world.variants), quantity=quantity)


def _action(world: World, dice: random.Random) -> Action:
    number, line = dice.choice(world.numbers), dice.choice(world.lines)
    quantities = {dice.choice(world.lines): dice.randint(1, 3) for _ in range(dice.randint(1, 2))}
    made: dict[str, Any] = {"order_number": number}
    kind = dice.choice(_KINDS)
    if kind is CancelOrder:
        made |= {"line_quantities": dice.choice([None, quantities]), "reason": dice.choice(["", "other", "?"])}
    elif kind is ReturnItems:
        made |= {
            "line_quantities": quantities,
            "reason": dice.choice(["damaged", "does_not_fit", ""]),
            "refund_method_id": dice.choice([None, *world.methods]),
        }
    elif kind is FillShortLine:
        made |= {"order_line_id": line, "location_id": dice.choice(world.places)}
    elif kind is WaitForStock:
        made |= {"order_line_id": line}
    elif kind is ChangePayment:
        made |= {"payment_method_id": dice.choice(world.methods)}
    elif kind in (ChangeItems, ExchangeItems):
        made |= {
            "changes": {key: _swap(world, dice, count) for key, count in quantities.items()},
            "payment_method_id": dice.choice([None, *world.methods]),
        }
    elif kind is ChangeDefaultAddress:
        made = {"customer_id": dice.choice(world.customers), "address": {"address1": "1 Elm", "city": "X", "zip": "1"}}
    else:
        made |= {"address": Address(address1=f"{dice.randint(1, 3)} Elm", city="Ouray", zip="81427")}
    return kind.model_validate(made)


def _sensible(world: World, dice: random.Random, customer: int) -> Action:
    """An action that often fits: one customer's orders and the lines of the order it names."""
    order = customer * 2 + dice.randrange(2)
    of_order = world.lines[order * 2 : order * 2 + 2]
    number, line = world.numbers[order], of_order[0]
    quantities = {dice.choice(of_order): dice.randint(1, 2)}
    swaps = {of_order[0]: LineSwap(variant_id=dice.choice(world.variants[1:3]), quantity=dice.randint(1, 2))}
    method = dice.choice([None, *world.methods[customer * 2 : customer * 2 + 2]])
    if order % 2 and dice.random() < 0.5:
        return ExchangeItems(order_number=number, changes=swaps, payment_method_id=method)
    if order % 2:
        reason = dice.choice(["damaged", "does_not_fit"])
        return ReturnItems(order_number=number, line_quantities=quantities, reason=reason)
    return dice.choice(
        [
            CancelOrder(order_number=number, line_quantities=dice.choice([None, quantities])),
            FillShortLine(order_number=number, order_line_id=line, location_id=world.places[1]),
            WaitForStock(order_number=number, order_line_id=line),
            ChangeItems(order_number=number, changes=swaps, payment_method_id=method),
            ChangeItems(order_number=number, changes=swaps, payment_method_id=method),
            ChangePayment(order_number=number, payment_method_id=method or world.methods[customer * 2]),
        ]
    )


async def _step(shop: Shop, world: World, dice: random.Random) -> None:
    actions = Actions(shop)
    by = dice.choices(world.people, weights=[2, 2, 4, 5, 1])[0]
    proposal_id = dice.choice([*world.proposals, *world.proposals[-1:] * 3]) if world.proposals else "pro_none"
    moves = {"propose": 5, "commit": 5, "withdraw": 1, "approve": 2, "decline": 1, "time": 1}
    move = dice.choices(list(moves), weights=list(moves.values()))[0] if world.proposals else "propose"
    match move:
        case "propose":
            customer, sensible = dice.randrange(2), dice.random() < 0.8
            count = dice.choice([1, 1, 2, 3])
            bundle = [_sensible(world, dice, customer) if sensible else _action(world, dice) for _ in range(count)]
            view = await actions.propose(bundle, by, str(dice.randint(0, 30)), "con")
            world.proposals.append(view.id)
        case "commit":
            result = await actions.commit(proposal_id, by)
            if result.changed:
                world.proposals.append(result.changed.id)
        case "withdraw":
            await actions.withdraw(proposal_id, by)
        case "approve":
            await actions.approve(proposal_id, by, "fine")
        case "decline":
            await actions.decline(proposal_id, by, "no")
        case "time":
            clock = shop.clock
            assert isinstance(clock, FixedClock)
            clock.advance(timedelta(minutes=dice.choice([1, 31, 24 * 60])))
            await actions.expire_due()


async def _sequence(shop: Shop, world: World, dice: random.Random) -> int:
    done = 0
    for _ in range(STEPS):
        try:
            async with shop.session.begin_nested():
                await _step(shop, world, dice)
        except (StorewrightError, ValidationError):
            continue
        done += 1
    if done:
        await assert_sound(shop.session)
    return done


async def _run(database: Database, policies: PolicyBook, worlds: range) -> int:
    """Play sequences in some worlds; nothing is ever committed to the file."""
    done = 0
    for seed in worlds:
        dice = random.Random(seed)
        async with database.read() as session:
            world = await _build(session, dice)
            for _ in range(SEQUENCES_A_WORLD):
                scratch = await session.begin_nested()
                shop = Shop(session, policies, FixedClock(NOW))
                done += await _sequence(shop, replace(world, proposals=[]), dice)
                await scratch.rollback()
    return done


@pytest.fixture
async def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database whose statements run where they are called: with one caller, a thread of its own only costs."""

    async def inline(_self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", inline)
    opened = Database(f"{sqlite_url}?check_same_thread=false")
    yield opened
    await opened.close()


@pytest.mark.parametrize("worlds", [range(first, first + 10) for first in range(0, WORLDS, 10)], ids=str)
async def test_any_sequence_of_requests_keeps_every_invariant(
    database: Database, policies: PolicyBook, worlds: range
) -> None:
    done = await _run(database, policies, worlds)
    assert done > len(worlds) * SEQUENCES_A_WORLD * 2
