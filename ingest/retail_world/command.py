"""Loads a folder straight into the database; no server may be running on it."""

import sys
from pathlib import Path

from tqdm import tqdm

from core.clock import SystemClock
from core.database import Database
from core.lock import DataFolder
from core.settings import Settings
from ingest.retail_world.report import WorldReport
from ingest.retail_world.service import import_world
from migrations.run import migrate


async def load_folder(settings: Settings, folder: Path, source: str) -> WorldReport:
    """Import a folder into the shop of these settings, with a progress bar.

    Raises:
        StorewrightError: nothing was loaded; the message says why.
    """
    lock = DataFolder(settings.data)
    lock.open()
    try:
        await migrate(settings.shop_database_url)
        database = Database(settings.shop_database_url)
        try:
            with tqdm(unit=" rows", unit_scale=True, file=sys.stderr) as bar:

                def progress(done: int, total: int, what: str) -> None:
                    bar.total = total
                    bar.set_description(what)
                    bar.update(done - bar.n)

                return await import_world(database, folder, source, SystemClock(), settings.currency, progress)
        finally:
            await database.close()
    finally:
        lock.close()
