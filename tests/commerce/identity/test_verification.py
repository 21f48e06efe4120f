"""Recognising somebody by what they say: which claims suffice, how often one may try."""

import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from commerce.identity.errors import SessionEnded
from commerce.identity.models import Session
from commerce.identity.service import Identities
from commerce.identity.verification import VerificationClaims, VerificationOutcome, VerificationStatus
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import FixedClock
from core.database import Database
from tests.commerce import rows
from tests.conftest import POLICIES

RIGHT = {"email": "cus_ann@example.com", "order_number": "SW-104233"}


@pytest.fixture
def allow(tmp_path: Path) -> Callable[[str, int], PolicyBook]:
    """The shop's policies with other ways of recognising somebody."""

    def changed(methods: str, attempts: int) -> PolicyBook:
        folder = tmp_path / "policies"
        shutil.copytree(POLICIES, folder)
        file = folder / "verification.md"
        text = re.sub("methods: .*", f"methods: [{methods}]", file.read_text(), count=1)
        file.write_text(re.sub("max_attempts: .*", f"max_attempts: {attempts}", text, count=1))
        return PolicyBook.load(folder)

    return changed


@pytest.fixture(autouse=True)
async def _customers(database: Database) -> None:
    await rows.save(
        database, *rows.shelf(), rows.customer(), rows.customer("cus_bob", first_name="Bob"),
        rows.customer("cus_eve", first_name="Ève", last_name="De La Cruz"),
        rows.customer("cus_blank", first_name="", last_name=""),
        rows.order(email="other@example.com"), rows.order("SW-104999", "cus_bob"),
    )  # fmt: skip


class Desk:
    """A session somebody types claims into, each attempt in a transaction of its own."""

    def __init__(self, database: Database, policies: PolicyBook, clock: FixedClock) -> None:
        self.database, self.policies, self.clock = database, policies, clock
        self.session_id = ""

    async def open(self, customer_id: str | None = None) -> "Desk":
        async with self.database.transaction() as session:
            shop = Shop(session, self.policies, self.clock)
            opened, _ = await Identities(shop).open_session(customer_id, "sign_in" if customer_id else "", 1)
        self.session_id = opened.id
        return self

    async def say(self, **claims: str) -> VerificationOutcome:
        async with self.database.transaction() as session:
            shop = Shop(session, self.policies, self.clock)
            return await Identities(shop).verify(self.session_id, VerificationClaims(**claims))

    async def row(self) -> Session:
        async with self.database.read() as session:
            row = await session.get(Session, self.session_id)
            assert row is not None
            return row


@pytest.fixture
async def desk(database: Database, policies: PolicyBook, clock: FixedClock) -> Desk:
    return await Desk(database, policies, clock).open()


@pytest.mark.parametrize(
    ("claims", "customer_id", "method"),
    [
        (RIGHT, "cus_ann", "email_and_order"),
        ({"email": " CUS_Ann@Example.COM ", "order_number": "#104233"}, "cus_ann", "email_and_order"),
        ({"email": "other@example.com", "order_number": "sw 104233"}, "cus_ann", "email_and_order"),
        ({"first_name": "ann", "last_name": "BROWN", "zip": "80203"}, "cus_ann", "name_and_zip"),
        ({"first_name": "Ann", "last_name": "Brown", "zip": "80203-1234"}, "cus_ann", "name_and_zip"),
        ({"first_name": "eve", "last_name": "de la cruz", "zip": "80203"}, "cus_eve", "name_and_zip"),
        ({**RIGHT, "order_number": "SW-1", "first_name": "Ann", "last_name": "Brown", "zip": "80203"},
         "cus_ann", "name_and_zip"),
    ],
)  # fmt: skip
async def test_right_claims_recognise_the_customer(
    desk: Desk, claims: dict[str, str], customer_id: str, method: str
) -> None:
    outcome = await desk.say(**claims)
    row = await desk.row()
    assert (outcome.status, outcome.customer_id) == (VerificationStatus.verified, customer_id)
    assert (row.customer_id, row.verified_by, row.attempts) == (customer_id, method, 0)


@pytest.mark.parametrize(
    "claims",
    [
        {**RIGHT, "order_number": "SW-104999"},
        {**RIGHT, "order_number": "SW-999999"},
        {**RIGHT, "email": "nobody@example.com"},
        {"first_name": "Ann", "last_name": "Brown", "zip": "80204"},
        {"first_name": "Ann", "last_name": "Brown", "zip": "8"},
        {"first_name": "Ann", "last_name": "Brawn", "zip": "80203"},
        {"first_name": "-", "last_name": "-", "zip": "80203"},
        {"first_name": "Ann", "last_name": "Brown", "zip": "%"},
    ],
)
async def test_whatever_is_wrong_the_answer_is_the_same(desk: Desk, claims: dict[str, str]) -> None:
    outcome = await desk.say(**claims)
    assert (outcome.status, outcome.customer_id, outcome.first_name) == ("not_recognised", None, "")
    assert outcome.attempts_left == 4
    row = await desk.row()
    assert (row.customer_id, row.attempts) == (None, 1)


async def test_two_people_of_one_name_and_zip_are_not_guessed(database: Database, desk: Desk) -> None:
    await rows.save(database, rows.customer("cus_other_ann"))
    outcome = await desk.say(first_name="Ann", last_name="Brown", zip="80203")
    assert outcome.status == VerificationStatus.not_recognised


async def test_what_is_missing_is_asked_for_and_not_counted(desk: Desk) -> None:
    outcome = await desk.say(email="cus_ann@example.com", last_name="Brown")
    assert outcome.status == VerificationStatus.needs_more
    assert outcome.missing == {"email_and_order": ("order_number",), "name_and_zip": ("first_name", "zip")}
    assert (await desk.row()).attempts == 0


async def test_after_too_many_wrong_answers_the_right_one_is_not_accepted(desk: Desk) -> None:
    said = [(await desk.say(**RIGHT | {"order_number": f"SW-{i}"})).status for i in range(5)]
    assert said == ["not_recognised"] * 4 + ["locked"]
    assert (await desk.say(**RIGHT)).status == VerificationStatus.locked
    row = await desk.row()
    assert (row.customer_id, row.attempts) == (None, 5)


async def test_wrong_answers_sent_at_once_are_all_counted(desk: Desk) -> None:
    outcomes = await asyncio.gather(*(desk.say(**RIGHT | {"order_number": f"SW-{i}"}) for i in range(12)))
    assert sorted(outcome.status for outcome in outcomes) == ["locked"] * 8 + ["not_recognised"] * 4
    assert (await desk.row()).attempts == 5


async def test_a_session_cannot_switch_to_another_customer(desk: Desk) -> None:
    await desk.say(**RIGHT)
    switched = await desk.say(email="cus_bob@example.com", order_number="SW-104999")
    wrong = await desk.say(email="cus_bob@example.com", order_number="SW-1")
    assert switched.status == wrong.status == VerificationStatus.another_customer
    assert (await desk.row()).customer_id == "cus_ann"


async def test_being_recognised_twice_keeps_the_first_proof(
    database: Database, policies: PolicyBook, clock: FixedClock
) -> None:
    desk = await Desk(database, policies, clock).open("cus_ann")
    assert (await desk.say(**RIGHT)).status == VerificationStatus.verified
    assert (await desk.row()).verified_by == "sign_in"


async def test_an_email_suffices_where_the_policy_says_so(
    database: Database, clock: FixedClock, allow: Callable[[str, int], PolicyBook]
) -> None:
    desk = await Desk(database, allow("email", 2), clock).open()
    assert (await desk.say(**RIGHT | {"email": "x@example.com"})).attempts_left == 1
    assert (await desk.say(email="CUS_BOB@example.com")).customer_id == "cus_bob"


async def test_a_way_the_policy_does_not_allow_is_not_tried(
    database: Database, clock: FixedClock, allow: Callable[[str, int], PolicyBook]
) -> None:
    desk = await Desk(database, allow("email_and_order", 3), clock).open()
    outcome = await desk.say(first_name="Ann", last_name="Brown", zip="80203")
    assert outcome.status == VerificationStatus.needs_more
    assert outcome.missing == {"email_and_order": ("email", "order_number")}


async def test_nobody_is_recognised_in_a_session_that_ended(desk: Desk) -> None:
    desk.session_id = "ses_none"
    with pytest.raises(SessionEnded):
        await desk.say(**RIGHT)
