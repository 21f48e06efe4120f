"""Changes to stock levels, each with its movement."""

from datetime import datetime

from sqlmodel import SQLModel

from commerce.places.models import InventoryLevel, MoveReason, StockMove
from core.ids import new_id


class Levels:
    """The stock an import works on. What can be sold is `on_hand - reserved`."""

    def __init__(self, found: list[InventoryLevel], reference: str, now: datetime) -> None:
        self._levels = {(level.location_id, level.variant_id): level for level in found}
        self._reference = reference
        self._now = now
        self.added: list[SQLModel] = []
        """New levels and movements, to be written."""

    def available(self, location_id: str, variant_id: str) -> int:
        """Units that can be sold there."""
        level = self._levels.get((location_id, variant_id))
        return level.on_hand - level.reserved if level else 0

    def stocked(self, location_id: str, variant_id: str) -> bool:
        """Whether anything is known of the variant there."""
        return (location_id, variant_id) in self._levels

    def set_available(self, location_id: str, variant_id: str, units: int, incoming: int | None = None) -> bool:
        """Make so many units available beside what is reserved; tells whether anything changed."""
        known = self.stocked(location_id, variant_id)
        level = self._level(location_id, variant_id)
        difference = units + level.reserved - level.on_hand
        expected = level.incoming if incoming is None else incoming
        if known and not difference and expected == level.incoming:
            return False
        level.incoming = expected
        self._move(level, difference, 0, MoveReason.correction if known else MoveReason.opening, self._reference)
        return True

    def set_aside(self, location_id: str, variant_id: str, units: int, reference: str) -> None:
        """Units of an order that the export has taken out of what is available already."""
        self._move(self._level(location_id, variant_id), units, units, MoveReason.opening, reference)

    def send(self, location_id: str, variant_id: str, units: int, reference: str) -> None:
        """Reserved units leave the place."""
        level = self._level(location_id, variant_id)
        units = min(units, level.reserved)
        self._move(level, -units, -units, MoveReason.sale, reference)

    def release(self, location_id: str, variant_id: str, units: int, reference: str) -> None:
        """Reserved units can be sold again."""
        level = self._level(location_id, variant_id)
        self._move(level, 0, -min(units, level.reserved), MoveReason.release, reference)

    def _level(self, location_id: str, variant_id: str) -> InventoryLevel:
        key = (location_id, variant_id)
        if key not in self._levels:
            self._levels[key] = InventoryLevel(location_id=location_id, variant_id=variant_id, updated_at=self._now)
            self.added.append(self._levels[key])
        return self._levels[key]

    def _move(self, level: InventoryLevel, on_hand: int, reserved: int, reason: MoveReason, reference: str) -> None:
        level.on_hand += on_hand
        level.reserved += reserved
        level.version += 1
        level.updated_at = self._now
        if not on_hand and not reserved:
            return
        self.added.append(
            StockMove(
                id=new_id("mov"),
                location_id=level.location_id,
                variant_id=level.variant_id,
                on_hand=on_hand,
                reserved=reserved,
                reason=reason,
                reference=reference,
                created_at=self._now,
            )
        )
