"""The shop inside one transaction, for tests of services."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database

OpenShop = Callable[[], AbstractAsyncContextManager[Shop]]


@pytest.fixture
def open_shop(database: Database, policies: PolicyBook, clock: FixedClock) -> OpenShop:
    """Opens a transaction and gives the shop inside it."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Shop]:
        async with database.transaction() as session:
            yield Shop(session, policies, clock)

    return opened
