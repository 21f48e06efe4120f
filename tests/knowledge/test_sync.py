"""The indexes hold what the policy files and the database hold, no more and no less."""

import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest

from commerce.catalogue.models import Price, Product
from core.clock import FixedClock
from core.database import Database
from knowledge.embedder import Embedder
from knowledge.index import Document, Index
from knowledge.store import Store
from tests.knowledge.conftest import CATALOGUE, Found, add_product


async def test_a_second_run_writes_nothing(found: Found) -> None:
    first = await found.sync.sync_products()
    again = await found.sync.sync_products()
    assert (first.written, first.total) == (len(CATALOGUE), len(CATALOGUE))
    assert (again.written, again.removed, again.total) == (0, 0, len(CATALOGUE))


async def test_policies_are_brought_in_once(found: Found) -> None:
    first = await found.sync.sync_policies()
    again = await found.sync.sync_policies()
    assert first.written == first.total > 40
    assert again.written == 0


async def test_nothing_is_ready_before_the_first_run(found: Found) -> None:
    assert "policies" in await found.sync.readiness()
    await found.sync.sync_policies()
    assert "products" in await found.sync.readiness()
    await found.sync.sync_products()
    assert await found.sync.readiness() == ""


async def test_progress_ends_with_everything(found: Found) -> None:
    seen: list[tuple[int, int]] = []
    await found.sync.sync_policies(lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0


async def test_an_unchanged_catalogue_is_not_read_again(found: Found) -> None:
    assert await found.sync.refresh()
    assert not await found.sync.refresh()


@pytest.mark.capability(5)
async def test_a_changed_product_is_found_within_two_seconds(
    found: Found, database: Database, clock: FixedClock
) -> None:
    await found.sync.sync_products()
    started = time.perf_counter()
    async with database.transaction() as session:
        product = await session.get(Product, "prd_lamp")
        assert product is not None
        product.description = "A hammock for two between the trees."
        product.version += 1
        product.updated_at = clock.now()
    assert await found.sync.refresh()
    hits = await found.retrieval.products("hammock", 1)
    assert time.perf_counter() - started < 2
    assert hits[0].product_id == "prd_lamp"


async def test_a_new_product_is_found(found: Found, database: Database, clock: FixedClock) -> None:
    await found.sync.sync_products()
    async with database.transaction() as session:
        for row in add_product(clock.now(), "kayak", "Fjord Kayak", "Boats", "An inflatable kayak.", 89900):
            session.add(row)
            await session.flush()
    assert await found.sync.refresh()
    assert (await found.retrieval.products("inflatable boat", 1))[0].product_id == "prd_kayak"


async def test_an_archived_product_is_no_longer_found(found: Found, database: Database, clock: FixedClock) -> None:
    await found.sync.sync_products()
    async with database.transaction() as session:
        product = await session.get(Product, "prd_tent")
        assert product is not None
        product.status = "archived"
        product.version += 1
        product.updated_at = clock.now()
    assert await found.sync.refresh()
    hits = await found.retrieval.products("two-person tent", 5)
    assert "prd_tent" not in {hit.product_id for hit in hits}


async def test_a_planned_price_counts_from_its_day(found: Found, database: Database, clock: FixedClock) -> None:
    begins = clock.now() + timedelta(days=1)
    async with database.transaction() as session:
        session.add(Price(id="prc_sale", variant_id="var_tent", amount=9900, currency="USD", valid_from=begins))
    await found.sync.sync_products()
    assert [hit.product_id for hit in await found.retrieval.products("tent", 5, max_price=10000)][:1] != ["prd_tent"]
    clock.advance(timedelta(days=2))
    assert await found.sync.refresh()
    assert (await found.retrieval.products("tent", 5, max_price=10000))[0].product_id == "prd_tent"


def test_a_document_that_is_gone_is_removed(tmp_path: Path, embedder: Embedder) -> None:
    index = Index(Store(tmp_path), "things", embedder)
    tent, stove = (Document(name, (name,), {}) for name in ("tent", "stove"))
    index.synchronise([tent, stove])
    report = index.synchronise([tent])
    assert (report.written, report.removed, report.total) == (0, 1, 1)
    reopened = Index(Store(tmp_path), "things", embedder)
    assert reopened.synchronise([tent]).written == 0
    assert [hit.id for hit in reopened.search("stove", 5)] == ["tent"]


def test_another_model_begins_the_collection_anew(tmp_path: Path, embedder: Embedder) -> None:
    store = Store(tmp_path)
    old = store.collection("things", "another model")
    old.upsert(ids=["x#0"], embeddings=[1.0, 0.0], metadatas=[{"digest": "x"}])
    index = Index(store, "things", embedder)
    assert index.synchronise([Document("tent", ("a tent",), {})]).removed == 0
    assert index.search("tent", 3)[0].id == "tent"


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of vectors that tests which damage the same folder share."""
    return tmp_path_factory.mktemp("vectors") / "vectors.db"


@pytest.mark.parametrize("damaged", ["*.bin", "chroma.sqlite3"])
def test_a_damaged_folder_is_mended_or_named(tmp_path: Path, vectors: Path, damaged: str) -> None:
    # In processes of their own: the files are open, and partly in memory, in the one that wrote them.
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from knowledge.embedder import BUNDLED, Embedder
        from knowledge.index import Document, Index
        from knowledge.store import Store

        index = Index(Store(Path(sys.argv[1])), "things", Embedder(BUNDLED, cache=Path(sys.argv[2])))
        print(index.synchronise([Document(f"d{n}", tuple(f"{n} {p}" for p in range(60)), {}) for n in range(20)]))
        print(index.search("7 7", 1))
        """
    )
    chroma = tmp_path / "chroma"
    command = [sys.executable, "-c", script, str(chroma), str(vectors)]
    root = Path(__file__).parents[2]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    files = list(chroma.rglob(damaged))
    assert files
    for file in files:
        file.write_bytes(b"damaged " * 600)
    again = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    if damaged == "*.bin":
        assert again.returncode == 0, again.stderr
        assert "written=20" in again.stdout
    else:
        assert "is damaged. Delete that folder" in again.stderr


def test_a_run_that_was_killed_is_put_right_by_the_next(tmp_path: Path, embedder: Embedder) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from knowledge.embedder import BUNDLED, Embedder
        from knowledge.index import Document, Index
        from knowledge.store import Store

        index = Index(Store(Path(sys.argv[1])), "things", Embedder(BUNDLED))
        documents = [Document(f"d{n}", (f"thing number {n}",), {}) for n in range(4000)]
        index.synchronise(documents, lambda done, total: print(done, flush=True))
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    done = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    documents = [Document(f"d{n}", (f"thing number {n}",), {}) for n in range(200)]
    index = Index(Store(tmp_path), "things", embedder)
    report = index.synchronise(documents)
    assert done <= 200
    assert report.written <= 200 - done
    assert report.total == 200
    assert index.search("thing number 150", 1)[0].id == "d150"
