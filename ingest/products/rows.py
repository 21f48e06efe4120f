"""What a row must say to be loaded."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from core.money import minor_digits, parse_money
from ingest.products.text import plain_text

_LARGEST_AMOUNT = 2_000_000_000
"""Minor units; what the database's integers hold."""
_LARGEST_QUANTITY = 10_000_000
_NUMBER = re.compile(r"\d+(\.\d+)?")


def _amount(value: str, info: ValidationInfo) -> int | None:
    """An amount of money in minor units; empty means not stated."""
    if not value:
        return None
    if "," in value:
        raise ValueError(f"{value!r} has a comma; write the decimals with a point and no separators, as in 1299.50")
    if value.startswith("-"):
        raise ValueError(f"{value!r} is negative")
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{value!r} is not an amount; write a plain number such as 12.50")
    currency = info.context["currency"] if info.context else "USD"
    if len(value.partition(".")[2].rstrip("0")) > minor_digits(currency):
        raise ValueError(f"{value!r} has more decimals than {currency} has")
    amount = parse_money(value, currency)
    if amount > _LARGEST_AMOUNT:
        raise ValueError(f"{value!r} is too large")
    return amount


def _whole(value: str) -> int | None:
    """A whole number of zero or more; empty means not stated."""
    if not value:
        return None
    if value.startswith("-"):
        raise ValueError(f"{value!r} is negative")
    if not re.fullmatch(r"\d{1,15}(\.0*)?", value):
        raise ValueError(f"{value!r} is not a whole number")
    number = int(value.partition(".")[0])
    if number > _LARGEST_QUANTITY:
        raise ValueError(f"{value!r} is too large")
    return number


def _grams(value: str) -> int | None:
    if value and not _NUMBER.fullmatch(value):
        raise ValueError(f"{value!r} is not a weight in grams")
    return _whole(str(round(float(value)))) if value else None


def _code(value: str) -> str:
    """A SKU or barcode; spreadsheets put an apostrophe before codes that look like numbers."""
    return value.removeprefix("'")


Amount = Annotated[int | None, BeforeValidator(_amount)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Grams = Annotated[int | None, BeforeValidator(_grams)]
Code = Annotated[str, BeforeValidator(_code), Field(max_length=120)]
Name = Annotated[str, Field(max_length=255)]


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
