"""What a row must say to be loaded."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingest.products.text import plain_text
from ingest.values import Amount, Code, Grams, Name, Whole


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
    price: Amount
    compare_at: Amount = None
    cost: Amount = None
    quantity: Whole = None
    grams: Grams = None

    @field_validator("price")
    @classmethod
    def _priced(cls, value: int | None) -> int:
        if value is None:
            raise ValueError("is missing")
        return value


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
