"""What an import reads of variants, places and stock."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Variant
from commerce.places.models import InventoryLevel, Location
from ingest.batch import parts


class StockRepository:
    """Reads places and stock of one source, locked for changing."""

    def __init__(self, session: AsyncSession, source: str) -> None:
        self._session = session
        self._source = source

    async def places(self) -> dict[str, Location]:
        """The source's places by external id; locking them makes imports of one source wait for each other."""
        statement = select(Location).where(Location.source == self._source).order_by(col(Location.id)).with_for_update()
        return {place.external_id: place for place in await self._session.exec(statement)}

    async def variants(self) -> list[Variant]:
        """Every variant of the source."""
        statement = select(Variant).where(Variant.source == self._source)
        return list((await self._session.exec(statement)).all())

    async def levels(self, location_ids: Sequence[str], variant_ids: Sequence[str]) -> list[InventoryLevel]:
        """The stock of some variants in some places."""
        found: list[InventoryLevel] = []
        for part in parts(variant_ids):
            statement = (
                select(InventoryLevel)
                .where(col(InventoryLevel.location_id).in_(location_ids), col(InventoryLevel.variant_id).in_(part))
                .order_by(col(InventoryLevel.location_id), col(InventoryLevel.variant_id))
                .with_for_update()
            )
            found += (await self._session.exec(statement)).all()
        return found
