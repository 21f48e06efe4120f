"""Products, prices and stock in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product, ProductStatus, Review, Variant
from commerce.people.models import Customer
from commerce.places.models import InventoryLevel, Location

_FREE = col(InventoryLevel.on_hand) - col(InventoryLevel.reserved)
_ON_SALE = (col(Product.status) == ProductStatus.active, col(Variant.active))


def _in_force(channel: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Price.channel) == channel,
        col(Price.valid_from) <= at,
        or_(col(Price.valid_to).is_(None), col(Price.valid_to) > at),
    )


class CatalogueRepository:
    """Reads the catalogue. What is on sale is an active product with an active variant that has a price."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def product(self, handle_or_id: str) -> Product | None:
        """An active product."""
        statement = select(Product).where(
            or_(col(Product.handle) == handle_or_id, col(Product.id) == handle_or_id),
            Product.status == ProductStatus.active,
        )
        return (await self._session.exec(statement)).first()

    async def products(self, product_ids: Sequence[str]) -> Sequence[Product]:
        """The active products among some ids, in no order."""
        statement = select(Product).where(col(Product.id).in_(product_ids), Product.status == ProductStatus.active)
        return (await self._session.exec(statement)).all()

    async def variants(self, product_ids: Sequence[str]) -> Sequence[Variant]:
        """The active variants of some products, in the shop's order."""
        statement = (
            select(Variant)
            .where(col(Variant.product_id).in_(product_ids), col(Variant.active))
            .order_by(col(Variant.product_id), col(Variant.position), col(Variant.id))
        )
        return (await self._session.exec(statement)).all()

    async def prices(self, product_ids: Sequence[str], channel: str, at: datetime) -> dict[str, Price]:
        """The price in force of every variant of some products."""
        statement = (
            select(Price)
            .join(Variant, col(Variant.id) == col(Price.variant_id))
            .where(col(Variant.product_id).in_(product_ids), *_in_force(channel, at))
            .order_by(col(Price.valid_from), col(Price.id))
        )
        return {price.variant_id: price for price in await self._session.exec(statement)}

    async def available(self, product_ids: Sequence[str]) -> dict[str, int]:
        """Units free to sell of every variant of some products, over active places."""
        statement = (
            select(InventoryLevel.variant_id, func.sum(_FREE))
            .join(Location, col(Location.id) == col(InventoryLevel.location_id))
            .join(Variant, col(Variant.id) == col(InventoryLevel.variant_id))
            .where(col(Variant.product_id).in_(product_ids), col(Location.active))
            .group_by(col(InventoryLevel.variant_id))
        )
        return {variant_id: int(free) for variant_id, free in await self._session.exec(statement)}

    async def places(self, variant_id: str) -> Sequence[tuple[Location, int]]:
        """Every active place that keeps a variant, and what is free there."""
        statement = (
            select(Location, _FREE)
            .join(InventoryLevel, col(InventoryLevel.location_id) == col(Location.id))
            .where(InventoryLevel.variant_id == variant_id, col(Location.active))
            .order_by(col(Location.kind), col(Location.name))
        )
        return (await self._session.exec(statement)).all()

    async def rating(self, product_id: str) -> tuple[float, int]:
        """A product's mean rating and how many there are."""
        statement = select(func.avg(Review.rating), func.count()).where(Review.product_id == product_id)
        average, count = (await self._session.exec(statement)).one()
        return float(average or 0), int(count)

    async def reviews(self, product_id: str, limit: int, offset: int) -> Sequence[tuple[Review, Customer | None]]:
        """A product's reviews, newest first, each with who wrote it where that is known."""
        statement = (
            select(Review, Customer)
            .outerjoin(Customer, col(Customer.id) == col(Review.customer_id))
            .where(Review.product_id == product_id)
            .order_by(col(Review.created_at).desc(), col(Review.id))
            .limit(limit)
            .offset(offset)
        )
        return (await self._session.exec(statement)).all()

    async def categories(self) -> Sequence[str]:
        """The categories of what is on sale."""
        statement = (
            select(Product.category)
            .where(Product.status == ProductStatus.active, Product.category != "")
            .distinct()
            .order_by(Product.category)
        )
        return (await self._session.exec(statement)).all()

    async def browse(
        self, category: str, words: Sequence[str], channel: str, at: datetime, limit: int, offset: int
    ) -> tuple[Sequence[str], int]:
        """Ids of a page of products that hold every word, in the title first; and how many there are."""
        wanted = self._matching(select(Product.id), category, words, channel, at)
        total = (await self._session.exec(select(func.count()).select_from(wanted.subquery()))).one()
        in_title = [case((col(Product.title).icontains(word, autoescape=True), 0), else_=1) for word in words]
        page = wanted.order_by(*in_title, col(Product.title), col(Product.id)).limit(limit).offset(offset)
        return (await self._session.scalars(page)).all(), total

    def _matching(
        self, statement: Select[Any], category: str, words: Sequence[str], channel: str, at: datetime
    ) -> Select[Any]:
        priced = (
            select(Price.id)
            .join(Variant, col(Variant.id) == col(Price.variant_id))
            .where(col(Variant.product_id) == col(Product.id), col(Variant.active), *_in_force(channel, at))
        )
        statement = statement.where(col(Product.status) == ProductStatus.active, priced.exists())
        if category:
            statement = statement.where(func.lower(Product.category) == category.lower())
        fields = (Product.title, Product.brand, Product.category, Product.description)
        for word in words:
            statement = statement.where(or_(*(col(field).icontains(word, autoescape=True) for field in fields)))
        return statement

    async def changed(self, since: datetime | None) -> Sequence[Product]:
        """Active products; or every product changed at or after a moment, archived ones too."""
        statement = select(Product).order_by(col(Product.updated_at), col(Product.id))
        if since is None:
            statement = statement.where(Product.status == ProductStatus.active)
        else:
            statement = statement.where(Product.updated_at >= since)
        return (await self._session.exec(statement)).all()

    async def offers(self, since: datetime | None, channel: str, at: datetime) -> Sequence[tuple[Variant, int]]:
        """Every variant on sale of what `changed` gives, with its price; of several the last one holds."""
        statement = (
            select(Variant, Price.amount)
            .join(Product, col(Product.id) == col(Variant.product_id))
            .join(Price, col(Price.variant_id) == col(Variant.id))
            .where(*_ON_SALE, *_in_force(channel, at))
            .order_by(col(Variant.product_id), col(Variant.position), col(Variant.id), col(Price.valid_from))
        )
        if since is not None:
            statement = statement.where(Product.updated_at >= since)
        return (await self._session.exec(statement)).all()
