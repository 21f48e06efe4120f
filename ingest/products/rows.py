"""What a row must say to be loaded."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from commerce.catalogue.models import StockPolicy
from ingest.products.text import plain_text
from ingest.values import Amount, Code, Grams, Name, StatedAmount, Whole


class ImageRow(BaseModel):
    """What every row may say of a picture."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    image: Annotated[str, Field(max_length=2000)] = ""
    image_position: Whole = None

    @field_validator("image")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.lower().startswith(("https://", "http://")):
            raise ValueError("must be an address that begins with https:// or http://")
        return value


class VariantRow(ImageRow):
    """What a row says of one variant. `None` and empty mean not stated."""

    option1_value: Name = ""
    option2_value: Name = ""
    option3_value: Name = ""
    sku: Code = ""
    barcode: Code = ""
    price: StatedAmount
    compare_at: Amount = None
    cost: Amount = None
    tracker: Name = ""
    quantity: Whole = None
    grams: Grams = None

    @model_validator(mode="before")
    @classmethod
    def _not_counted(cls, cells: dict[str, str]) -> dict[str, str]:
        """Where nobody tracks the stock, the quantity means nothing, and is often negative."""
        return cells | {"quantity": ""} if cells.get("tracker") == "" else cells

    @property
    def stock(self) -> StockPolicy | None:
        """Counted where somebody tracks it, else sold without counting; `None` where the file does not say."""
        if "tracker" not in self.model_fields_set:
            return None
        return StockPolicy.counted if self.tracker else StockPolicy.always


class ProductRow(BaseModel):
    """What a product's first row says of the product."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[str, Field(min_length=1, max_length=255)]
    body: Annotated[str, Field(max_length=200_000)] = ""
    vendor: Name = ""
    category: str = ""
    type: Name = ""
    tags: str = ""
    published: Literal["", "true", "false"] = ""
    status: Literal["", "active", "draft", "archived", "unlisted"] = ""
    option1_name: Name = ""
    option2_name: Name = ""
    option3_name: Name = ""

    @field_validator("published", "status", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower()

    def stated(self) -> dict[str, Any]:
        """The product's columns that the file speaks of."""
        said = self.model_fields_set
        values: dict[str, Any] = {"title": self.title}
        if "body" in said:
            values["description"] = plain_text(self.body)
        if "vendor" in said:
            values["brand"] = self.vendor
        if {"type", "category"} & said:
            values["category"] = self.type or self.category.rpartition(">")[2].strip()
        if "tags" in said:
            values["tags"] = list(dict.fromkeys(tag.strip() for tag in self.tags.split(",") if tag.strip()))
        if {"published", "status"} & said:
            on_sale = self.status in ("", "active") and self.published != "false"
            values["status"] = "active" if on_sale else "archived"
        return values
