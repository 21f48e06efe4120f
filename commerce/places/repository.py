"""Stock in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import StockPolicy, Variant
from commerce.places.models import InventoryLevel, Location, StockMove


class PlaceRepository:
    """Reads places and moves stock."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def location(self, location_id: str) -> Location | None:
        """A place."""
        return await self._session.get(Location, location_id)

    async def names(self, location_ids: Sequence[str]) -> dict[str, str]:
        """The names of some places."""
        statement = select(Location.id, Location.name).where(col(Location.id).in_(location_ids))
        return dict((await self._session.exec(statement)).all())

    async def level(self, location_id: str, variant_id: str) -> InventoryLevel | None:
        """The stock of a variant in a place, as it is now."""
        return await self._session.get(InventoryLevel, (location_id, variant_id), populate_existing=True)

    async def active(self) -> Sequence[str]:
        """Ids of the active places, distribution centres first."""
        statement = select(Location.id).where(col(Location.active)).order_by(Location.kind, Location.id)
        return (await self._session.exec(statement)).all()

    async def is_counted(self, variant_id: str) -> bool:
        """Whether there are inventory levels to look at for a variant."""
        statement = select(Variant.stock).where(Variant.id == variant_id)
        return (await self._session.exec(statement)).first() == StockPolicy.counted

    async def free(self, variant_ids: Sequence[str]) -> Sequence[tuple[str, Location, int]]:
        """Variant, place and units that are neither sent nor reserved, in active places, most first."""
        units = col(InventoryLevel.on_hand) - col(InventoryLevel.reserved)
        statement = (
            select(InventoryLevel.variant_id, Location, units)
            .join(Location, col(Location.id) == col(InventoryLevel.location_id))
            .where(col(InventoryLevel.variant_id).in_(variant_ids), col(Location.active), units > 0)
            .order_by(units.desc(), col(Location.id))
        )
        return (await self._session.exec(statement)).all()

    async def change_reserved(self, location_id: str, variant_id: str, by: int, *, keep: int, at: datetime) -> bool:
        """Reserve (or release, when negative) units in one statement, if enough are free beyond `keep`."""
        reserved = col(InventoryLevel.reserved) + by
        enough = col(InventoryLevel.on_hand) >= reserved + keep if by > 0 else reserved >= 0
        statement = (
            update(InventoryLevel)
            .where(
                col(InventoryLevel.location_id) == location_id,
                col(InventoryLevel.variant_id) == variant_id,
                enough,
            )
            .values(reserved=reserved, version=col(InventoryLevel.version) + 1, updated_at=at)
            .execution_options(synchronize_session=False)
        )
        result = await self._session.execute(statement)
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    async def add_move(self, move: StockMove) -> None:
        """Note a movement."""
        self._session.add(move)
        await self._session.flush()
