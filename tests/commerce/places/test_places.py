"""Reserving stock and letting it go."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from commerce.places.errors import OutOfStock
from commerce.places.models import InventoryLevel, Location, StockMove
from commerce.places.service import Places
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from core.errors import Conflict
from tests.factories import a_level, a_location, a_variant


@pytest.fixture
async def level(database: Database) -> AsyncIterator[InventoryLevel]:
    """Five units, one of them safety stock."""
    async with database.transaction() as session:
        place, variant = await a_location(session), await a_variant(session)
        made = await a_level(session, place, variant, on_hand=5, safety_stock=1)
    yield made
    async with database.read() as session:
        now = (await session.exec(select(InventoryLevel))).one()
        moves = (await session.exec(select(StockMove))).all()
        assert now.reserved == sum(move.reserved for move in moves) <= now.on_hand


async def reserve(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel, count: int
) -> None:
    async with database.transaction() as session:
        shop = Shop(session, policies, clock)
        await Places(shop).reserve(level.location_id, level.variant_id, count, "lin_1")


async def test_reserved_units_are_set_aside_and_noted(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel
) -> None:
    await reserve(database, policies, clock, level, 3)
    async with database.read() as session:
        now = (await session.exec(select(InventoryLevel))).one()
        assert (now.on_hand, now.reserved, now.version, now.updated_at) == (5, 3, 2, clock.now())
        assert await Places(Shop(session, policies, clock)).spare(level.location_id, level.variant_id) == 1


async def test_safety_stock_is_not_given_away(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel
) -> None:
    with pytest.raises(OutOfStock):
        await reserve(database, policies, clock, level, 5)
    await reserve(database, policies, clock, level, 4)


async def test_twenty_at_once_never_reserve_more_than_there_is(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel
) -> None:
    jobs = (reserve(database, policies, clock, level, 1) for _ in range(20))
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(end is None for end in ends) == 4
    assert sum(isinstance(end, OutOfStock) for end in ends) == 16


async def test_no_more_is_let_go_than_was_reserved(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel
) -> None:
    await reserve(database, policies, clock, level, 2)
    async with database.transaction() as session:
        places = Places(Shop(session, policies, clock))
        with pytest.raises(Conflict):
            await places.release(level.location_id, level.variant_id, 3, "lin_1")
        await places.release(level.location_id, level.variant_id, 2, "lin_1")


async def test_a_place_that_never_had_the_item_has_none(
    database: Database, policies: PolicyBook, clock: FixedClock, level: InventoryLevel
) -> None:
    async with database.transaction() as session:
        other: Location = await a_location(session, "Denver")
        places = Places(Shop(session, policies, clock))
        assert await places.spare(other.id, level.variant_id) == 0
        with pytest.raises(OutOfStock):
            await places.reserve(other.id, level.variant_id, 1, "lin_1")
