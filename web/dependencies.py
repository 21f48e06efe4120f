"""What a route asks for: the services, the session behind the token, its customer."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from commerce.identity.errors import SessionEnded
from commerce.identity.models import Session
from commerce.identity.principal import Principal
from commerce.identity.service import Identities
from web.errors import SignInRequired
from web.services import Services


def services(connection: HTTPConnection) -> Services:
    """What the application was started with."""
    given: Services = connection.app.state.services
    return given


Given = Annotated[Services, Depends(services)]


async def bearer(connection: HTTPConnection) -> str:
    """The token of the `Authorization` header; empty where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def present_session(given: Given, token: Annotated[str, Depends(bearer)]) -> Session:
    """The session behind the token.

    Raises:
        SessionEnded: there is none, or it has ended.
    """
    async with given.database.read() as session:
        found = await Identities(given.shop(session)).by_token(token)
    if found is None:
        raise SessionEnded
    return found


PresentSession = Annotated[Session, Depends(present_session)]


async def signed_in(given: Given, present: PresentSession) -> Principal:
    """The customer behind the token, as a principal.

    Raises:
        SignInRequired: the session belongs to no customer.
    """
    if present.customer_id is None:
        raise SignInRequired
    async with given.database.read() as session:
        return await Identities(given.shop(session)).principal(present.id)


SignedIn = Annotated[Principal, Depends(signed_in)]
