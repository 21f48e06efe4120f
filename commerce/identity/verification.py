"""What somebody in the chat may say to be recognised, and what came of it."""

import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from commerce.people.models import Customer

Claim = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern="^[^\\x00]*$")]

_NEEDS: dict[str, tuple[str, ...]] = {
    "email_and_order": ("email", "order_number"),
    "email": ("email",),
    "name_and_zip": ("first_name", "last_name", "zip"),
}


class VerificationClaims(BaseModel):
    """What somebody says of themselves; empty where nothing was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Claim = ""
    order_number: Claim = ""
    first_name: Claim = ""
    last_name: Claim = ""
    zip: Claim = ""


class VerificationStatus(StrEnum):
    """What came of an attempt."""

    verified = "verified"
    needs_more = "needs_more"
    """No way of being recognised has all it needs; `missing` says what to ask for. Not counted."""
    not_recognised = "not_recognised"
    """Something was wrong; it is not said what."""
    locked = "locked"
    """Too many wrong answers; only a person can help."""
    another_customer = "another_customer"
    """The session already belongs to a customer, and these claims are not that customer's."""


class VerificationOutcome(BaseModel):
    """What came of an attempt, and what to ask for next."""

    model_config = ConfigDict(frozen=True)

    status: VerificationStatus
    customer_id: str | None = None
    """The customer, when verified."""
    first_name: str = ""
    missing: dict[str, tuple[str, ...]] = {}
    """For each way the policy allows: which claims it still lacks."""
    attempts_left: int


def missing_claims(method: str, claims: VerificationClaims) -> tuple[str, ...]:
    """The claims that a way of being recognised still lacks."""
    return tuple(name for name in _NEEDS[method] if not getattr(claims, name))


def zip_prefix(code: str) -> str:
    """What identifies a place: the five digits of an American ZIP+4, any other code as it is."""
    head, dash, tail = code.strip().partition("-")
    return head if dash and len(head) == 5 and tail.isdigit() else code.strip()


def same_person(customer: Customer, claims: VerificationClaims) -> bool:
    """Whether name and zip are the customer's, whatever the case, accents and spaces."""
    said = (claims.first_name, claims.last_name, zip_prefix(claims.zip))
    known = (customer.first_name, customer.last_name, zip_prefix(str(customer.address.get("zip", ""))))
    return all(_plain(word) and _plain(word) == _plain(fact) for word, fact in zip(said, known, strict=True))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())
