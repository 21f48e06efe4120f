"""The benchmark's world in the real store, and fresh copies of it."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.clock import SystemClock
from core.database import Database
from ingest.retail_world.export import export_world
from ingest.retail_world.service import import_world
from ingest.retail_world.service import known_ids as ids_in_shop
from migrations.run import migrate

SOURCE = "retail"
CURRENCY = "USD"
POLICIES = Path(__file__).parent / "policies"
Document = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Ids:
    """What the shop calls whom and what the world names."""

    customers: dict[str, str]
    variants: dict[str, str]
    methods: dict[str, str]


def address(path: Path) -> str:
    """The database's address of a file."""
    return f"sqlite+aiosqlite:///{path}"


def read_json(path: Path) -> Any:
    """What a JSON file says."""
    return json.loads(path.read_text("utf-8"))


def read_documents(folder: Path) -> Document:
    """The world as its files say it, for the independent judge."""
    return {name: read_json(folder / f"{name}.json") for name in ("users", "orders", "products")}


class Pristine:
    """The world just loaded, in a file that is only ever copied."""

    def __init__(self, file: Path, ids: Ids, document: Document) -> None:
        self.file = file
        self._copy = file.with_name("copy.db")
        # One engine for every copy: what SQLAlchemy has compiled stays with it.
        self._database = Database(address(self._copy))
        self.ids = ids
        self.document = document
        """Users and orders as the shop tells them, before anything was done."""
        self.policies = PolicyBook.load(POLICIES, CURRENCY)

    @classmethod
    async def load(cls, world: Path, file: Path) -> "Pristine":
        """Load a world's folder into a new database.

        Raises:
            RuntimeError: something of the world was refused.
            StorewrightError: nothing could be loaded.
        """
        await migrate(address(file))
        database = Database(address(file))
        try:
            report = await import_world(database, world, SOURCE, SystemClock(), CURRENCY, lambda *_: None)
            if report.refusals:
                raise RuntimeError(report.text())
            async with database.read() as session:
                known = await ids_in_shop(session, SOURCE)
                document = await export_world(session, SOURCE)
        finally:
            await database.close()
        return cls(file, Ids(known["customers"], known["variants"], known["methods"]), document)

    @asynccontextmanager
    async def copy(self) -> AsyncIterator["World"]:
        """A fresh copy of the database, gone when the block ends; one at a time."""
        shutil.copyfile(self.file, self._copy)
        try:
            yield World(self._copy, self._database, self.policies, self.ids)
        finally:
            await self._database.close()
            for left in self._copy.parent.glob(f"{self._copy.name}*"):
                left.unlink()


@dataclass(frozen=True, slots=True)
class World:
    """An open copy."""

    file: Path
    database: Database
    policies: PolicyBook
    ids: Ids

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Shop]:
        """The shop inside a transaction."""
        async with self.database.transaction() as session:
            yield Shop(session, self.policies, SystemClock(), CURRENCY)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Shop]:
        """The shop for reading."""
        async with self.database.read() as session:
            yield Shop(session, self.policies, SystemClock(), CURRENCY)

    async def document(self) -> Document:
        """Users and orders as the shop tells them now."""
        async with self.database.read() as session:
            return await export_world(session, SOURCE)


@asynccontextmanager
async def opened(file: Path, pristine: Pristine) -> AsyncIterator[World]:
    """A copy that somebody else works on too."""
    database = Database(address(file))
    try:
        yield World(file, database, pristine.policies, pristine.ids)
    finally:
        await database.close()
