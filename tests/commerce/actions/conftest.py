"""Opening the shop in a test."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from tests.commerce.actions.books import assert_sound

Opening = Callable[[], AbstractAsyncContextManager[Shop]]


@pytest.fixture
async def opened(database: Database, policies: PolicyBook, clock: FixedClock) -> AsyncIterator[Opening]:
    """Opens the shop in a transaction; when the test is over, every invariant must hold."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Shop]:
        async with database.transaction() as session:
            yield Shop(session, policies, clock)

    yield opening
    async with database.read() as session:
        await assert_sound(session)
