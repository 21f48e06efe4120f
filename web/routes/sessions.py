"""Sessions: opened by a visitor or by a shop for its customer, looked at, ended."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from commerce.identity.service import Identities
from commerce.people.models import Address, Customer
from commerce.people.service import People
from web.dependencies import Given, PresentSession, bearer
from web.protocol import KnownCustomer
from web.services import Services

router = APIRouter(prefix="/api", tags=["sessions"])


class OpenSession(BaseModel):
    """What a new session may rest on."""

    model_config = ConfigDict(extra="forbid")

    identity_token: Annotated[str, Field(max_length=4096)] | None = None
    """A token (JWT, HS256) in which the shop says who its visitor is."""


class SessionOpened(BaseModel):
    """A new session. The token is shown this once."""

    token: str
    expires_at: datetime
    customer: KnownCustomer | None


class Person(BaseModel):
    """The customer of a session."""

    first_name: str
    last_name: str
    email: str
    address: Address | None
    """The default address."""


class SessionView(BaseModel):
    """A session as its owner sees it."""

    customer: Person | None
    expires_at: datetime


async def open_for(given: Services, customer: Customer | None, verified_by: str) -> SessionOpened:
    """Open a session, for a customer where one is known."""
    async with given.database.transaction() as session:
        opened, token = await Identities(given.shop(session)).open_session(
            customer.id if customer else None, verified_by, given.settings.session_hours
        )
    known = KnownCustomer(first_name=customer.first_name) if customer else None
    return SessionOpened(token=token, expires_at=opened.expires_at, customer=known)


@router.post("/sessions", status_code=201)
async def open_session(given: Given, body: OpenSession | None = None) -> SessionOpened:
    """Open a session; with an identity token it belongs to that customer at once."""
    if body is None or body.identity_token is None:
        return await open_for(given, None, "")
    secret = given.settings.identity_secret.get_secret_value()
    async with given.database.read() as session:
        customer = await Identities(given.shop(session)).customer_for_identity_token(body.identity_token, secret)
    return await open_for(given, customer, "identity_token")


@router.get("/session")
async def view_session(given: Given, present: PresentSession) -> SessionView:
    """Who the session belongs to, and until when."""
    person = None
    if present.customer_id is not None:
        async with given.database.read() as session:
            people = People(given.shop(session))
            customer, address = await people.get(present.customer_id), await people.address(present.customer_id)
        person = Person(
            first_name=customer.first_name, last_name=customer.last_name, email=customer.email, address=address
        )
    return SessionView(customer=person, expires_at=present.expires_at)


@router.delete("/session", status_code=204)
async def end_session(given: Given, token: Annotated[str, Depends(bearer)]) -> None:
    """End the session; ending one that is over changes nothing."""
    async with given.database.transaction() as session:
        identities = Identities(given.shop(session))
        present = await identities.by_token(token)
        if present is not None:
            await identities.close(present)
