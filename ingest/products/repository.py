"""What an import reads of the shop."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product, Variant
from commerce.places.models import InventoryLevel, Location
from ingest.batch import parts


class ImportRepository:
    """Reads what is there of the products of one source, locked for changing."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def place(self, external_id: str) -> Location | None:
        """The source's location; locking it makes imports of one source wait for each other."""
        statement = (
            select(Location)
            .where(Location.source == self._source, Location.external_id == external_id)
            .with_for_update()
        )
        return (await self._session.exec(statement)).first()

    async def products(self, handles: Sequence[str]) -> dict[str, Product]:
        """Products with these handles, of any source, by handle."""
        found: dict[str, Product] = {}
        for part in parts(handles):
            statement = select(Product).where(col(Product.handle).in_(part)).with_for_update()
            found |= {product.handle: product for product in await self._session.exec(statement)}
        return found

    async def variants(self, product_ids: Sequence[str]) -> list[Variant]:
        """Every variant of some products, also those no longer sold."""
        found: list[Variant] = []
        for part in parts(product_ids):
            statement = select(Variant).where(col(Variant.product_id).in_(part)).order_by(col(Variant.id))
            found += (await self._session.exec(statement)).all()
        return found

    async def owners(self, skus: Sequence[str]) -> dict[str, str]:
        """SKU to the id of the variant that has it."""
        found: dict[str, str] = {}
        for part in parts(skus):
            statement = select(Variant.sku, Variant.id).where(col(Variant.sku).in_(part))
            found.update((await self._session.exec(statement)).all())
        return found

    async def prices(self, variant_ids: Sequence[str], channel: str, at: datetime) -> dict[str, Price]:
        """The price in force of each variant."""
        found: dict[str, Price] = {}
        for part in parts(variant_ids):
            statement = (
                select(Price)
                .where(
                    col(Price.variant_id).in_(part),
                    Price.channel == channel,
                    col(Price.valid_from) <= at,
                    or_(col(Price.valid_to).is_(None), col(Price.valid_to) > at),
                )
                .order_by(col(Price.valid_from), col(Price.id))
            )
            found |= {price.variant_id: price for price in await self._session.exec(statement)}
        return found

    async def levels(self, location_id: str, variant_ids: Sequence[str]) -> dict[str, InventoryLevel]:
        """The stock of each variant in a place."""
        found: dict[str, InventoryLevel] = {}
        for part in parts(variant_ids):
            statement = (
                select(InventoryLevel)
                .where(InventoryLevel.location_id == location_id, col(InventoryLevel.variant_id).in_(part))
                .with_for_update()
            )
            found |= {level.variant_id: level for level in await self._session.exec(statement)}
        return found

    async def stocked_elsewhere(self, location_id: str, variant_ids: Sequence[str]) -> set[str]:
        """Which of some variants the source has stock of in other places."""
        found: set[str] = set()
        for part in parts(variant_ids):
            statement = (
                select(InventoryLevel.variant_id)
                .join(Location, col(Location.id) == col(InventoryLevel.location_id))
                .where(
                    col(InventoryLevel.variant_id).in_(part),
                    InventoryLevel.location_id != location_id,
                    Location.source == self._source,
                )
            )
            found.update((await self._session.exec(statement)).all())
        return found
