"""Reserving stock and letting it go."""

from collections.abc import Sequence

from commerce.places.errors import OutOfStock
from commerce.places.models import Location, MoveReason, StockMove
from commerce.places.repository import PlaceRepository
from commerce.shop import Shop
from core.errors import Conflict
from core.ids import new_id


class Places:
    """Stock in distribution centres and stores. What is reserved can never pass what is on hand."""

    def __init__(self, shop: Shop) -> None:
        self._clock = shop.clock
        self._rows = PlaceRepository(shop.session)

    async def location(self, location_id: str) -> Location | None:
        """A place."""
        return await self._rows.location(location_id)

    async def spare(self, location_id: str, variant_id: str) -> int:
        """Units that are free beyond the place's safety stock."""
        level = await self._rows.level(location_id, variant_id)
        return max(0, level.on_hand - level.reserved - level.safety_stock) if level else 0

    async def senders(self) -> list[str]:
        """Ids of the active places, distribution centres first."""
        return list(await self._rows.active())

    async def free(self, variant_ids: Sequence[str]) -> dict[str, list[tuple[Location, int]]]:
        """Units on sale of some counted variants, by active place, most first."""
        found: dict[str, list[tuple[Location, int]]] = {}
        for variant_id, place, units in await self._rows.free(variant_ids):
            found.setdefault(variant_id, []).append((place, units))
        return found

    async def reserve(
        self, location_id: str, variant_id: str, quantity: int, reference: str, *, keep_safety: bool = True
    ) -> None:
        """Set units aside that are free, beyond the place's safety stock unless a shopper takes them.

        Raises:
            OutOfStock: there are not so many, perhaps because somebody was faster.
        """
        level = await self._rows.level(location_id, variant_id)
        keep = level.safety_stock if level and keep_safety else 0
        now = self._clock.now()
        if not await self._rows.change_reserved(location_id, variant_id, quantity, keep=keep, at=now):
            raise OutOfStock("These units are no longer available there.", ["out_of_stock.other_place"])
        await self._move(location_id, variant_id, quantity, MoveReason.reserve, reference)

    async def release(self, location_id: str, variant_id: str, quantity: int, reference: str) -> None:
        """Put reserved units back on sale. Of a variant that is not counted there may be none reserved.

        Raises:
            Conflict: the books show fewer units reserved.
        """
        now = self._clock.now()
        if not await self._rows.change_reserved(location_id, variant_id, -quantity, keep=0, at=now):
            if not await self._rows.is_counted(variant_id):
                return
            raise Conflict("The stock of this item has just been counted anew. Please try again.")
        await self._move(location_id, variant_id, -quantity, MoveReason.release, reference)

    async def _move(self, location_id: str, variant_id: str, reserved: int, reason: MoveReason, reference: str) -> None:
        await self._rows.add_move(
            StockMove(
                id=new_id("mov"),
                location_id=location_id,
                variant_id=variant_id,
                reserved=reserved,
                reason=reason,
                reference=reference,
                created_at=self._clock.now(),
            )
        )
