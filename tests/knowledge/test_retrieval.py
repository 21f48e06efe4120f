"""The right clause and the right products, on an embedded store and on a server."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from core.errors import SettingsError
from knowledge.embedder import Embedder
from knowledge.errors import KnowledgeUnavailable
from knowledge.retrieval import ANSWERABLE, confidence
from knowledge.store import Store
from tests.knowledge.conftest import Found, fill

QUESTIONS = {
    "how long do I have to send something back": "returns.window",
    "can you deliver to a PO box": "shipping.po_boxes",
    "I lost my gift card": "gift_cards.lost",
    "how many days until the refund is on my card": "refunds.timing",
}


@pytest.fixture
async def indexed(
    tmp_path: Path, embedder: Embedder, sqlite_database: Database, policies: PolicyBook, clock: FixedClock
) -> Found:
    """Policies and products, searchable."""
    await fill(sqlite_database, clock)
    found = Found(Store(tmp_path / "chroma"), embedder, sqlite_database, policies, clock)
    await found.sync.sync_policies()
    await found.sync.sync_products()
    return found


@pytest.mark.parametrize(("question", "clause"), QUESTIONS.items())
async def test_a_question_finds_the_clause_that_answers_it(indexed: Found, question: str, clause: str) -> None:
    passages = await indexed.retrieval.policies(question, 3)
    assert clause in [passage.id for passage in passages]
    assert confidence(passages) >= ANSWERABLE


async def test_a_question_about_something_else_has_no_confidence(indexed: Found) -> None:
    assert confidence(await indexed.retrieval.policies("who won the world cup in 1998", 3)) < ANSWERABLE


async def test_a_clause_is_quoted_as_it_stood_on_the_day(indexed: Found, policies: PolicyBook) -> None:
    versions = sorted(
        {clause.effective_from: clause for clause in policies.every_clause() if clause.id == "returns.window"}.items()
    )
    assert len(versions) > 1
    for day, clause in versions:
        (passage, *_) = await indexed.retrieval.policies("how long can I return something", 1, on=day)
        assert (passage.id, passage.text) == ("returns.window", clause.text)


async def test_before_the_first_version_the_first_holds(indexed: Found, policies: PolicyBook) -> None:
    (passage, *_) = await indexed.retrieval.policies("how long can I return something", 1, on=date(1999, 1, 1))
    assert passage.text == policies.clause("returns.window", date(1999, 1, 1)).text


@pytest.mark.parametrize(
    ("query", "product"),
    [
        ("something to sleep in outdoors", "prd_tent"),
        ("shoes for hiking in the rain", "prd_boots"),
        ("X200", "prd_lamp"),
    ],
)
async def test_a_description_or_a_model_number_finds_the_product(indexed: Found, query: str, product: str) -> None:
    assert (await indexed.retrieval.products(query, 3))[0].product_id == product


async def test_a_category_and_a_price_limit_what_is_found(indexed: Found) -> None:
    footwear = await indexed.retrieval.products("tent", 5, category="footwear")
    assert {hit.product_id for hit in footwear} == {"prd_boots", "prd_socks"}
    cheap = await indexed.retrieval.products("tent", 5, max_price=5900)
    assert {hit.product_id for hit in cheap} == {"prd_stove", "prd_socks", "prd_lamp"}
    dear = await indexed.retrieval.products("tent", 5, min_price=17900, max_price=20000)
    assert [hit.product_id for hit in dear] == ["prd_boots"]
    assert await indexed.retrieval.products("tent", 5, category="Boats") == []


async def test_odd_questions_are_answered_without_an_error(indexed: Found) -> None:
    for query in ("", "   ", "?!", "\N{HUNDRED POINTS SYMBOL}" * 50, "a" * 5000, "'; DROP TABLE product; --"):
        assert len(await indexed.retrieval.products(query, 2)) == 2


async def test_many_questions_at_once_get_their_own_answers(indexed: Found) -> None:
    answers = await asyncio.gather(*(indexed.retrieval.policies(question, 3) for question in QUESTIONS))
    for clause, passages in zip(QUESTIONS.values(), answers, strict=True):
        assert clause in [passage.id for passage in passages]


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Chroma server of the test's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([*command, "--path", str(tmp_path / "server")], stdout=log, stderr=log)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()


async def test_a_chroma_server_finds_what_the_embedded_store_finds(
    chroma_server: tuple[str, subprocess.Popen[bytes]],
    tmp_path: Path,
    embedder: Embedder,
    sqlite_database: Database,
    policies: PolicyBook,
    clock: FixedClock,
) -> None:
    await fill(sqlite_database, clock)
    url, process = chroma_server
    embedded = Found(Store(tmp_path / "chroma"), embedder, sqlite_database, policies, clock)
    served = Found(Store(tmp_path, url), embedder, sqlite_database, policies, clock)
    for each in (embedded, served):
        await each.sync.sync_policies()
        await each.sync.sync_products()
    for question in (*QUESTIONS, "warm socks"):
        ours = await embedded.retrieval.policies(question, 5)
        theirs = await served.retrieval.policies(question, 5)
        assert [passage.id for passage in ours] == [passage.id for passage in theirs]
        assert [passage.score for passage in theirs] == pytest.approx([passage.score for passage in ours], abs=1e-4)
        assert [hit.product_id for hit in await embedded.retrieval.products(question, 5, max_price=20000)] == [
            hit.product_id for hit in await served.retrieval.products(question, 5, max_price=20000)
        ]
    process.kill()
    process.wait()
    with pytest.raises(KnowledgeUnavailable):
        await served.retrieval.policies("is anybody there", 1)
    assert "does not answer" in await served.sync.readiness()


def test_a_server_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SettingsError, match="STOREWRIGHT_CHROMA_URL"):
        Store(tmp_path, f"http://127.0.0.1:{port}")
