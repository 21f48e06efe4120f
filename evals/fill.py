"""Fills a demo shop into a temporary SQLite file and says how long it took: `python -m evals.fill`."""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from core.database import Database
from ingest.demo import fill
from migrations.run import migrate


async def measure(orders: int) -> None:
    """Fill and print rows by table, then one line with seconds, rows and well-selling variants."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        database = Database(url)
        begun = time.perf_counter()
        summary = await fill(database, now=datetime.now(UTC), orders=orders, progress=lambda *_: None)
        took = time.perf_counter() - begun
        await database.close()
        size = (Path(folder) / "shop.db").stat().st_size / 1e6
    for name, count in sorted(summary.rows.items()):
        print(f"{name:>20} {count:>9,}")
    print(
        f"{took:.1f} s, {summary.rows['order']:,} orders, {summary.rows['order_line']:,} lines, "
        f"{sum(summary.rows.values()):,} rows, {size:.0f} MB, "
        f"{summary.variants_selling_two_a_week} variants sell two or more a week"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=60_000)
    asyncio.run(measure(parser.parse_args().orders))
