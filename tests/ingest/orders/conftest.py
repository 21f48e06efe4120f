"""A shop with products and one customer, before its orders come."""

import pytest

from core.clock import FixedClock
from core.database import Database
from tests.ingest import exports


@pytest.fixture
async def shop(database: Database, clock: FixedClock) -> Database:
    """Products and Nora Berg, loaded."""
    await exports.load(database, clock, "products", exports.products())
    await exports.load(database, clock, "customers", exports.sheet(exports.CUSTOMER, exports.customer()))
    return database
