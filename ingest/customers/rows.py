"""What a row of a customer export must say to be loaded."""

from typing import Any

import phonenumbers
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from commerce.people.models import Address
from ingest.table import Layout
from ingest.values import Code, Email, Flag, Name

_ADDRESS = {
    "company": ("company",),
    "address1": ("address1",),
    "address2": ("address2",),
    "city": ("city",),
    "province": ("province",),
    "province_code": ("province code",),
    "country": ("country",),
    "country_code": ("country code",),
    "zip": ("zip",),
}

LAYOUT = Layout(
    "customer",
    {
        "external_id": ("customer id", "id"),
        "first_name": ("first name",),
        "last_name": ("last name",),
        "email": ("email",),
        "phone": ("phone",),
        "address_phone": ("default address phone",),
        "newsletter": ("accepts email marketing", "accepts marketing"),
        **{field: (*(f"default address {name}" for name in names), *names) for field, names in _ADDRESS.items()},
    },
    required=("first_name", "last_name", "email"),
)


class AddressCells(BaseModel):
    """The parts of an address as the exports write them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    address1: Name = ""
    address2: Name = ""
    city: Name = ""
    province: Name = ""
    province_code: Code = ""
    country: Name = ""
    country_code: Code = ""
    zip: Code = ""

    def address(self) -> dict[str, Any]:
        """An `Address`; empty where street, city or zip is missing or something is too long."""
        try:
            return Address(
                address1=self.address1,
                address2=self.address2,
                city=self.city,
                state=self.province_code or self.province,
                zip=self.zip,
                country=self.country_code or self.country or "US",
            ).model_dump()
        except ValidationError:
            return {}


class CustomerRow(AddressCells):
    """What a row says of a customer."""

    external_id: Code = ""
    first_name: Name = ""
    last_name: Name = ""
    email: Email = ""
    phone: Code = ""
    address_phone: Code = ""
    newsletter: Flag = None

    @model_validator(mode="after")
    def _somebody(self) -> "CustomerRow":
        if not (self.external_id or self.email or self.phone):
            raise ValueError("says nobody: customer id, e-mail and phone are all empty")
        return self

    @property
    def key(self) -> str:
        """What the customer is known by from file to file."""
        return self.external_id or by_email(self.email) or f"phone:{self.phone}"


def by_email(email: str) -> str:
    """The external id of somebody of whom only an e-mail address is known; empty without one."""
    return f"email:{email}" if email else ""


def e164(phone: str, country: str) -> str:
    """`(303) 555-0142` in `US` → `+13035550142`; empty where it is no number."""
    try:
        number = phonenumbers.parse(phone, country if len(country) == 2 else "US")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
