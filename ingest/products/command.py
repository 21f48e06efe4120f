"""Loads a file through the running server, or straight into the database when none runs."""

import asyncio
from pathlib import Path

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from core.clock import SystemClock
from core.database import Database
from core.errors import DataFolderLocked, Invalid, StorewrightError
from core.lock import DataFolder
from core.settings import Settings
from ingest.products.report import ImportReport
from ingest.products.service import import_products
from migrations.run import migrate

_TIMEOUT = httpx.Timeout(600.0, connect=5.0)


class ServerAddress(BaseModel):
    """What a running server writes into `server.json` in its data folder, for commands on the same machine."""

    url: str
    token: SecretStr
    """Lets its bearer use `/api/admin`; new at every start."""


async def load_file(settings: Settings, file: Path, source: str) -> ImportReport:
    """Import a file into the shop of these settings.

    Without a server the products become searchable when the next one starts.

    Raises:
        StorewrightError: nothing was loaded; the message says why.
        OSError: the file cannot be read.
    """
    content = await asyncio.to_thread(file.read_bytes)
    folder = DataFolder(settings.data)
    try:
        folder.open()
    except DataFolderLocked as locked:
        return await _through_server(settings.data / "server.json", content, source, locked)
    try:
        await migrate(settings.shop_database_url)
        database = Database(settings.shop_database_url)
        try:
            return await import_products(database, content, source, SystemClock(), settings.currency)
        finally:
            await database.close()
    finally:
        folder.close()


async def _through_server(address_file: Path, content: bytes, source: str, locked: DataFolderLocked) -> ImportReport:
    try:
        text = await asyncio.to_thread(address_file.read_text, "utf-8")
        address = ServerAddress.model_validate_json(text)
    except (OSError, ValidationError):
        raise locked from None
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
            answer = await client.post(
                f"{address.url.rstrip('/')}/api/admin/import/products",
                params={"source": source},
                content=content,
                headers={
                    "Authorization": f"Bearer {address.token.get_secret_value()}",
                    "Content-Type": "text/csv",
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
