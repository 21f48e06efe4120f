"""Conversations to work on."""

from datetime import timedelta

import pytest

from commerce.identity.models import Session
from commerce.identity.principal import Principal
from core.clock import FixedClock
from core.database import Database
from core.ids import new_id
from desk.conversations.service import Conversations


async def sign_on(database: Database, clock: FixedClock, customer_id: str | None = None) -> Principal:
    """A new session."""
    row = Session(
        id=new_id("ses"),
        token_hash=new_id("hash"),
        customer_id=customer_id,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=1),
    )
    async with database.transaction() as session:
        session.add(row)
    return Principal(session_id=row.id, customer_id=customer_id)


@pytest.fixture
async def visitor(database: Database, clock: FixedClock) -> Principal:
    """Somebody who has not signed in."""
    return await sign_on(database, clock)


@pytest.fixture
async def conversation_id(database: Database, clock: FixedClock, visitor: Principal) -> str:
    """The visitor's conversation."""
    async with database.transaction() as session:
        return (await Conversations(session, clock).open(visitor)).id
