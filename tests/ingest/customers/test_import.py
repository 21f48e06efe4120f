"""A customer export becomes customers and their consent, once."""

from typing import Any

import pytest

from commerce.actions.models import Proposal, ProposalStatus, ProposalTarget
from commerce.people.models import Consent, Customer
from core.clock import FixedClock
from core.database import Database
from core.ids import new_id
from tests.ingest.exports import CUSTOMER, Cells, counts, customer, every, load, sheet

OLDER = [
    name.removeprefix("Default Address ") for name in CUSTOMER if name not in ("Customer ID", "Default Address Phone")
]


async def load_customers(database: Database, clock: FixedClock, *rows: Cells) -> Any:
    return await load(database, clock, "customers", sheet(CUSTOMER, *rows))


async def test_a_row_becomes_a_customer(database: Database, clock: FixedClock) -> None:
    report = await load_customers(database, clock, customer())
    assert (counts(report), report.problems, report.notes) == ((1, 0, 0, 0), [], [])
    (nora,) = await every(database, Customer)
    assert (nora.name, nora.email, nora.phone, nora.guest) == (
        "Nora Berg",
        "nora.berg@example.com",
        "+13035550142",
        False,
    )
    assert (nora.source, nora.external_id) == ("shopify", "7001")
    assert nora.address == {
        "address1": "8 Larch Lane", "address2": "", "city": "Denver", "state": "CO", "zip": "80203", "country": "US",
    }  # fmt: skip


async def test_the_same_file_again_changes_nothing_and_a_newer_one_what_it_says(
    database: Database, clock: FixedClock
) -> None:
    await load_customers(database, clock, customer())
    assert counts(await load_customers(database, clock, customer())) == (0, 0, 1, 0)
    newer = customer(**{"Last Name": "Berg-Lind", "Phone": ""})
    assert counts(await load_customers(database, clock, newer)) == (0, 1, 0, 0)
    (nora,) = await every(database, Customer)
    assert (nora.last_name, nora.phone, nora.version) == ("Berg-Lind", "+13035550142", 2)


async def test_an_older_header_without_ids_is_read(database: Database, clock: FixedClock) -> None:
    row = {
        "First Name": "Nora", "Last Name": "Berg", "Email": "nora.berg@example.com", "Address1": "8 Larch Lane",
        "City": "Denver", "Province Code": "CO", "Country Code": "US", "Zip": "'80203",
    }  # fmt: skip
    assert counts(await load(database, clock, "customers", sheet(OLDER, row))) == (1, 0, 0, 0)
    assert counts(await load_customers(database, clock, customer())) == (0, 1, 0, 0)
    (nora,) = await every(database, Customer)
    assert (nora.external_id, nora.address["zip"]) == ("7001", "80203")


async def test_customers_without_an_email_are_kept_apart(database: Database, clock: FixedClock) -> None:
    rows = [customer(Email="", **{"Customer ID": f"'{number}"}) for number in (1, 2)]
    assert counts(await load_customers(database, clock, *rows)) == (2, 0, 0, 0)


async def test_a_no_to_the_newsletter_counts_and_is_not_undone(database: Database, clock: FixedClock) -> None:
    for word in ("yes", "no", "yes"):
        await load_customers(database, clock, customer(**{"Accepts Email Marketing": word}))
    assert [consent.granted for consent in await every(database, Consent)] == [True, False]


async def test_an_address_changed_here_is_kept_and_said(database: Database, clock: FixedClock) -> None:
    await load_customers(database, clock, customer())
    (nora,) = await every(database, Customer)
    proposal_id = new_id("prp")
    async with database.transaction() as session:
        session.add(Proposal(
            id=proposal_id, key="k", customer_id=nora.id, session_id="s", status=ProposalStatus.committed,
            created_at=clock.now(), expires_at=clock.now(),
        ))  # fmt: skip
        await session.flush()
        session.add(ProposalTarget(proposal_id=proposal_id, target=f"address:{nora.id}"))
    report = await load_customers(database, clock, customer(**{"Default Address Address1": "1 Elm Street"}))
    assert (counts(report), [note.column for note in report.notes]) == ((0, 0, 1, 0), ["Default Address Address1"])
    (nora,) = await every(database, Customer)
    assert nora.address["address1"] == "8 Larch Lane"


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"Email": "nora@"}, "Email", "is not an e-mail address"),
        ({"Accepts Email Marketing": "maybe"}, "Accepts Email Marketing", "neither yes nor no"),
        ({"First Name": "N" * 300}, "First Name", "longer than 255"),
        ({"Customer ID": "", "Email": "", "Phone": ""}, "", "says nobody"),
        ({"Customer ID": "'7001"}, "", "is on line 2 already"),
        ({"Email": "nora.berg@example.com"}, "", "is on line 2 already"),
    ],
)
async def test_a_bad_row_is_refused_alone(
    database: Database, clock: FixedClock, cells: Cells, column: str, why: str
) -> None:
    other = customer(**{"Customer ID": "'7002", "Email": "ida@example.com", **cells})
    report = await load_customers(database, clock, customer(), other)
    assert counts(report) == (1, 0, 0, 1)
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert why in problem.why


async def test_what_is_no_phone_number_is_left_out_and_said(database: Database, clock: FixedClock) -> None:
    report = await load_customers(database, clock, customer(Phone="call me"))
    assert counts(report) == (1, 0, 0, 0)
    assert [(note.line, note.column) for note in report.notes] == [(2, "Phone")]


async def test_a_last_row_that_is_cut_off_is_refused(database: Database, clock: FixedClock) -> None:
    text = sheet(CUSTOMER, customer(), customer(**{"Customer ID": "'7002", "Email": "ida@example.com"}))
    report = await load(database, clock, "customers", text[: text.rindex("8 Larch")])
    assert counts(report) == (1, 0, 0, 1)
    assert "is the file cut off?" in report.problems[0].why
