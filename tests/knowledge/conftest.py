"""The bundled model, loaded once, and a shop with a few products to find."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from commerce.catalogue.models import Price, Product, Variant
from commerce.policies.service import PolicyBook
from core.clock import FixedClock
from core.database import Database
from knowledge.embedder import BUNDLED, Embedder
from knowledge.index import Index
from knowledge.retrieval import Retrieval
from knowledge.store import Store
from knowledge.sync import Sync

CATALOGUE = [
    ("tent", "Ridgeline Tent", "Tents", "A two-person tent of ripstop nylon that stays dry in a storm.", 24900),
    ("stove", "Ember Stove", "Cooking", "A small gas stove that boils a litre of water in three minutes.", 5900),
    ("boots", "Talus Boots", "Footwear", "Waterproof leather boots for long days on rocky trails.", 17900),
    ("socks", "Merino Socks", "Footwear", "Warm wool socks that do not itch.", 1900),
    ("lamp", "Beacon X200", "Lighting", "A head torch with a red light and a week of battery.", 3900),
]


@pytest.fixture(scope="session")
def embedder(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The bundled model, which has read the policies before."""
    own = shutil.copytree(learnt, tmp_path_factory.mktemp("learnt") / "data")
    return Embedder(BUNDLED, cache=own / "vectors.db")


def add_product(
    clock_now: datetime, handle: str, title: str, category: str, description: str, price: int
) -> list[Product | Variant | Price]:
    """The rows of a product with one variant."""
    product = Product(
        id=f"prd_{handle}",
        handle=handle,
        title=title,
        category=category,
        brand="Cairn",
        description=description,
        source="test",
        external_id=handle,
        created_at=clock_now,
        updated_at=clock_now,
    )
    variant = Variant(id=f"var_{handle}", product_id=product.id, sku=handle, source="test", external_id=handle)
    offer = Price(id=f"prc_{handle}", variant_id=variant.id, amount=price, currency="USD", valid_from=clock_now)
    return [product, variant, offer]


async def fill(database: Database, clock: FixedClock) -> None:
    """Put the catalogue into a database."""
    async with database.transaction() as session:
        for each in CATALOGUE:
            for row in add_product(clock.now(), *each):
                session.add(row)
                await session.flush()


class Found:
    """Everything that is needed to find something, on one store."""

    def __init__(
        self, store: Store, embedder: Embedder, database: Database, book: PolicyBook, clock: FixedClock
    ) -> None:
        self.policies = Index(store, "policies", embedder)
        self.products = Index(store, "products", embedder)
        self.sync = Sync(database, book, clock, "USD", policies=self.policies, products=self.products)
        self.retrieval = Retrieval(book, clock, policies=self.policies, products=self.products)


@pytest.fixture
async def found(
    tmp_path: Path, embedder: Embedder, database: Database, policies: PolicyBook, clock: FixedClock
) -> AsyncIterator[Found]:
    """The catalogue in a database, and nothing indexed yet."""
    await fill(database, clock)
    yield Found(Store(tmp_path / "chroma"), embedder, database, policies, clock)
