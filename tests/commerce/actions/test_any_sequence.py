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
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.actions.wait_for_stock import WaitForStock
from commerce.identity.principal import Principal
from commerce.people.models import Address
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from core.errors import StorewrightError
from tests.commerce.actions.books import assert_sound
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
    proposals: list[str] = field(default_factory=list)


async def _build(session: AsyncSession, dice: random.Random) -> World:
    world = World()
    tent, mug = await a_variant(session), await a_variant(session, "Trail Meal", category="Food & Fuel")
    near, far = await a_location(session), await a_location(session, "Denver", kind="store")
    await a_level(session, far, tent, on_hand=dice.randint(0, 3), safety_stock=dice.randint(0, 1))
    back = (NOW + timedelta(days=dice.randint(-5, 60))).date()
    for _ in range(2):
        customer = await a_customer(session)
        card = await a_method(session, customer)
        gift = await a_method(session, customer, "gift_card", balance=dice.randint(0, 500))
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
        world.methods += [card.id, gift.id]
        for order, rows in (first, second):
            world.numbers.append(order.number)
            world.lines += [row.id for row in rows]
    world.people += [staff_principal("agent"), staff_principal("lead"), Principal("ses_nobody")]
    world.places += [near.id, far.id, "loc_unknown"]
    world.numbers.append("SW-0")
    return world


def _action(world: World, dice: random.Random) -> Action:
    number, line = dice.choice(world.numbers), dice.choice(world.lines)
    quantities = {dice.choice(world.lines): dice.randint(1, 3) for _ in range(dice.randint(1, 2))}
    made: dict[str, Any] = {"order_number": number}
    kind = dice.choice([CancelOrder, CancelOrder, ReturnItems, ReturnItems, FillShortLine, WaitForStock, ChangeAddress])
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
    else:
        made |= {"address": Address(address1=f"{dice.randint(1, 3)} Elm", city="Ouray", zip="81427")}
    return kind.model_validate(made)


def _sensible(world: World, dice: random.Random, customer: int) -> Action:
    """An action that often fits: one customer's orders and the lines of the order it names."""
    order = customer * 2 + dice.randrange(2)
    of_order = world.lines[order * 2 : order * 2 + 2]
    number, line = world.numbers[order], of_order[0]
    quantities = {dice.choice(of_order): dice.randint(1, 2)}
    if order % 2:
        reason = dice.choice(["damaged", "does_not_fit"])
        return ReturnItems(order_number=number, line_quantities=quantities, reason=reason)
    return dice.choice(
        [
            CancelOrder(order_number=number, line_quantities=dice.choice([None, quantities])),
            FillShortLine(order_number=number, order_line_id=line, location_id=world.places[1]),
            WaitForStock(order_number=number, order_line_id=line),
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
