"""The demo shop's sign-in: be one of its customers. A real shop has no such thing."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from commerce.people.errors import CustomerNotFound
from commerce.people.service import People
from web.dependencies import Given
from web.routes.sessions import SessionOpened, open_for

router = APIRouter(prefix="/api/demo", tags=["demo"])


class DemoPerson(BaseModel):
    """Somebody to be."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    note: str
    """What is going on with the orders."""


class DemoPeople(BaseModel):
    """People to be."""

    customers: list[DemoPerson]


class SignIn(BaseModel):
    """Who to be."""

    model_config = ConfigDict(extra="forbid")

    customer_id: str


@router.get("/customers")
async def list_customers(given: Given) -> DemoPeople:
    """Customers of the demo shop with something to ask."""
    people = await given.demo_customers()
    return DemoPeople(customers=[DemoPerson.model_validate(person) for person in people])


@router.post("/sign-in", status_code=201)
async def sign_in(given: Given, body: SignIn) -> SessionOpened:
    """Open a session as one of them."""
    if body.customer_id not in {person.id for person in await given.demo_customers()}:
        raise CustomerNotFound
    async with given.database.read() as session:
        customer = await People(given.shop(session)).get(body.customer_id)
    return await open_for(given, customer, "sign_in")
