"""Sessions: opened, read at the moment of the call, ended."""

from datetime import timedelta

import pytest

from commerce.identity.errors import SessionEnded
from commerce.identity.models import Session
from commerce.identity.principal import Role
from commerce.identity.service import Identities
from core.clock import FixedClock
from core.database import Database
from tests.commerce import rows
from tests.commerce.conftest import OpenShop


async def test_a_session_is_found_by_its_token_which_is_stored_nowhere(database: Database, open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        session, token = await Identities(shop).open_session(None, "", hours=1)
    async with open_shop() as shop:
        found = await Identities(shop).by_token(token)
        assert found is not None
        assert found.id == session.id
        assert await Identities(shop).by_token(token + "x") is None
    async with database.read() as reading:
        stored = await reading.get(Session, session.id)
        assert stored is not None
        assert token not in str(stored.model_dump())


async def test_a_session_ends_at_its_hour(open_shop: OpenShop, clock: FixedClock) -> None:
    async with open_shop() as shop:
        session, token = await Identities(shop).open_session(None, "", hours=2)
    clock.advance(timedelta(hours=1, minutes=59))
    async with open_shop() as shop:
        assert await Identities(shop).by_token(token) is not None
    clock.advance(timedelta(minutes=1))
    async with open_shop() as shop:
        assert await Identities(shop).by_token(token) is None
        with pytest.raises(SessionEnded):
            await Identities(shop).principal(session.id)


async def test_a_closed_session_is_over_at_once(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        session, token = await Identities(shop).open_session(None, "", hours=2)
        await Identities(shop).close(session)
    async with open_shop() as shop:
        assert await Identities(shop).by_token(token) is None


async def test_nobody_acts_through_a_session_that_never_was(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        with pytest.raises(SessionEnded):
            await Identities(shop).principal("ses_none")


async def test_the_principal_is_what_the_row_says_now(database: Database, open_shop: OpenShop) -> None:
    await rows.save(database, rows.customer())
    async with open_shop() as shop:
        session, _ = await Identities(shop).open_session(None, "", 1, roles=[Role.lead], staff_name="Kim")
        before = await Identities(shop).principal(session.id)
        session.customer_id, session.verified_by = "cus_ann", "sign_in"
        after = await Identities(shop).principal(session.id)
    assert (before.customer_id, before.staff_name, before.has(Role.agent)) == (None, "Kim", True)
    assert (after.customer_id, after.verified_by) == ("cus_ann", "sign_in")
