"""What a row of an inventory export must say to be loaded."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingest.names import variant_key
from ingest.table import Layout
from ingest.values import Code, Name, Whole

_OPTIONS = (1, 2, 3)

LAYOUT = Layout(
    "inventory",
    {
        "handle": ("handle", "url handle"),
        "title": ("title",),
        **{f"option{n}_{part}": (f"option{n} {part}",) for n in _OPTIONS for part in ("name", "value")},
        "sku": ("sku", "variant sku"),
        "hs_code": ("hs code",),
        "origin": ("coo",),
        "location": ("location",),
        "bin": ("bin name", "bin"),
        "incoming": ("incoming (not editable)", "incoming"),
        "unavailable": ("unavailable (not editable)", "unavailable"),
        "committed": ("committed (not editable)", "committed"),
        "available": ("available (not editable)", "available"),
        "on_hand": ("on hand (current)", "on hand"),
        "on_hand_new": ("on hand (new)",),
    },
    required=("handle",),
)


def _stocked(value: str) -> Any:
    return None if value.lower() in ("", "not stocked") else value


Units = Annotated[Whole, BeforeValidator(_stocked)]
"""Units, or not stocked there."""


class StockRow(BaseModel):
    """What a row says of a variant in a place."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    handle: Name = ""
    option1_value: Name = ""
    option2_value: Name = ""
    option3_value: Name = ""
    sku: Code = ""
    location: Annotated[Name, Field(min_length=1)]
    incoming: Units = None
    unavailable: Units = None
    committed: Units = None
    available: Units = None
    on_hand: Units = None

    @model_validator(mode="after")
    def _adds_up(self) -> "StockRow":
        if self.units is not None and self.units < 0:
            raise ValueError("more is committed and unavailable than on hand")
        return self

    @property
    def units(self) -> int | None:
        """Units that can be sold there; `None` where the variant is not stocked."""
        if self.available is not None or self.on_hand is None:
            return self.available
        return self.on_hand - (self.committed or 0) - (self.unavailable or 0)

    @property
    def key(self) -> str:
        """The variant, as product imports name it."""
        values = [value for value in (self.option1_value, self.option2_value, self.option3_value) if value]
        return variant_key(
            self.handle.casefold(), [] if [v.casefold() for v in values] == ["default title"] else values
        )
