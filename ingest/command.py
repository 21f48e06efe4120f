"""Loads files through the running server, or straight into the database when none runs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from pydantic import BaseModel, SecretStr, ValidationError
from tqdm import tqdm

from core.clock import SystemClock
from core.database import Database
from core.errors import DataFolderLocked, Invalid, StorewrightError
from core.lock import DataFolder
from core.settings import Settings
from ingest.folder import find_exports
from ingest.importing import Kind, import_file
from ingest.report import ImportReport, ShopReport
from migrations.run import migrate

_TIMEOUT = httpx.Timeout(600.0, connect=5.0)

Load = Callable[[Kind, bytes], Awaitable[ImportReport]]


class ServerAddress(BaseModel):
    """What a running server writes into `server.json` in its data folder, for commands on the same machine."""

    url: str
    token: SecretStr
    """Lets its bearer use `/api/admin`; new at every start."""


async def load_file(settings: Settings, kind: Kind, file: Path, source: str) -> ImportReport:
    """Import a file into the shop of these settings.

    Without a server the products become searchable when the next one starts.

    Raises:
        StorewrightError: nothing was loaded; the message says why.
        OSError: the file cannot be read.
    """
    content = await asyncio.to_thread(file.read_bytes)
    async with _loader(settings, source) as load:
        return await load(kind, content)


async def load_shop(settings: Settings, folder: Path, source: str) -> ShopReport:
    """Import whatever exports a folder holds: products first, then customers, stock and orders.

    Each file is loaded whole or not at all; none is where one of them cannot be read.

    Raises:
        StorewrightError: why no further file was loaded.
        OSError: a file cannot be read.
    """
    found = await asyncio.to_thread(find_exports, folder)
    report = ShopReport(left_out=found.left_out)
    async with _loader(settings, source) as load:
        for export in found.exports:
            loaded = await load(export.kind, export.content)
            loaded.file = export.name
            report.files.append(loaded)
    return report


@asynccontextmanager
async def _loader(settings: Settings, source: str) -> AsyncIterator[Load]:
    folder = DataFolder(settings.data)
    try:
        folder.open()
    except DataFolderLocked as locked:
        address = await asyncio.to_thread(_address, settings.data / "server.json", locked)

        async def through_server(kind: Kind, content: bytes) -> ImportReport:
            return await _through_server(address, kind, content, source)

        yield through_server
        return
    try:
        await migrate(settings.shop_database_url)
        database = Database(settings.shop_database_url)

        async def straight(kind: Kind, content: bytes) -> ImportReport:
            with tqdm(desc=kind, unit="", unit_scale=True, file=sys.stderr, leave=False) as bar:

                def progress(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                return await import_file(database, kind, content, source, SystemClock(), settings.currency, progress)

        try:
            yield straight
        finally:
            await database.close()
    finally:
        folder.close()


def _address(file: Path, locked: DataFolderLocked) -> ServerAddress:
    try:
        return ServerAddress.model_validate_json(file.read_text("utf-8"))
    except (OSError, ValidationError):
        raise locked from None


async def _through_server(address: ServerAddress, kind: Kind, content: bytes, source: str) -> ImportReport:
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
            answer = await client.post(
                f"{address.url.rstrip('/')}/api/admin/import/{kind}",
                params={"source": source},
                content=content,
                headers={
                    "Authorization": f"Bearer {address.token.get_secret_value()}",
                    "Content-Type": "application/octet-stream",
                },
            )
    except httpx.HTTPError as error:
        raise StorewrightError(
            f"The running server at {address.url} does not answer ({type(error).__name__}). Nothing was loaded."
        ) from None
    if answer.is_success:
        return ImportReport.model_validate_json(answer.content)
    raise Invalid(_reason(answer))


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The running server refused the file (HTTP {answer.status_code})."
