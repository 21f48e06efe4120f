"""Tells whether the catalogue has changed, in two small queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """Equal as long as nothing that can be searched for has changed."""

    products: tuple[int, int, datetime | None]
    """How many there are, the sum of their versions, the latest change."""
    prices: tuple[int, datetime | None, datetime | None]
    """How many there are, the latest that began and the latest that ended."""


async def catalogue_state(session: AsyncSession, at: datetime) -> CatalogueState:
    """The catalogue's state at a moment; it also changes when a planned price begins or ends."""
    products = select(func.count(), func.coalesce(func.sum(Product.version), 0), func.max(Product.updated_at))
    prices = select(
        func.count(),
        func.max(col(Price.valid_from)).filter(col(Price.valid_from) <= at),
        func.max(col(Price.valid_to)).filter(col(Price.valid_to) <= at),
    )
    count, versions, latest = (await session.exec(products)).one()
    priced, began, ended = (await session.exec(prices)).one()
    return CatalogueState((count, int(versions), latest), (priced, began, ended))
