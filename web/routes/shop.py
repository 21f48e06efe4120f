"""The shop's window: what it is, what it sells."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from commerce.catalogue.service import Catalogue
from commerce.catalogue.views import ProductPage, ProductView
from commerce.policies.schema import SupportRules
from desk.escalations.hours import support_state
from web.dependencies import Given
from web.protocol import Support
from web.services import Services

router = APIRouter(prefix="/api", tags=["shop"])

Page = Annotated[int, Query(ge=1, le=10_000)]


class ShopView(BaseModel):
    """The shop at a glance."""

    name: str
    currency: str
    demo: bool
    categories: list[str]
    support: Support


def support_now(given: Services) -> Support:
    """Whether people answer right now."""
    now = given.clock.now()
    state = support_state(given.policies.rules(SupportRules, now.date()), now)
    return Support(open=state.open, text=state.text)


@router.get("/shop")
async def view_shop(given: Given) -> ShopView:
    """The shop's name, its categories, and whether people answer."""
    async with given.database.read() as session:
        categories = await Catalogue(given.shop(session)).categories()
    return ShopView(
        name=given.shop_name,
        currency=given.settings.currency,
        demo=given.settings.demo,
        categories=categories,
        support=support_now(given),
    )


@router.get("/products")
async def browse_products(
    given: Given,
    category: Annotated[str, Query(max_length=100)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Page = 1,
) -> ProductPage:
    """A page of products on sale, of one category or with certain words."""
    async with given.database.read() as session:
        return await Catalogue(given.shop(session)).browse(category, q, page)


@router.get("/products/{handle}")
async def view_product(given: Given, handle: str) -> ProductView:
    """A product with its variants and latest reviews."""
    async with given.database.read() as session:
        return await Catalogue(given.shop(session)).product(handle)
