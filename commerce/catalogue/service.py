"""What the shop sells, at today's price and with today's stock."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from commerce.catalogue.errors import ProductNotFound
from commerce.catalogue.models import Price, Product, ProductStatus, StockPolicy, Variant
from commerce.catalogue.repository import CatalogueRepository
from commerce.catalogue.views import (
    IndexRow,
    PlaceStock,
    ProductCard,
    ProductPage,
    ProductView,
    Rating,
    ReviewView,
    VariantView,
)
from commerce.people.models import Customer
from commerce.shop import Shop

_PAGE_OF_REVIEWS = 10


class Catalogue:
    """Reads the catalogue as it is on one channel, now."""

    def __init__(self, shop: Shop, channel: str = "web") -> None:
        self._rows = CatalogueRepository(shop.session)
        self._now = shop.clock.now()
        self._currency = shop.currency
        self._channel = channel

    async def product(self, handle_or_id: str) -> ProductView:
        """A product with its variants and latest reviews.

        Raises:
            ProductNotFound: there is none, or it is no longer sold.
        """
        product = await self._rows.product(_storable(handle_or_id))
        if product is None:
            raise ProductNotFound
        variants = (await self.variants([product.id])).get(product.id, [])
        average, count = await self._rows.rating(product.id)
        return ProductView(
            id=product.id,
            title=product.title,
            handle=product.handle,
            brand=product.brand,
            category=product.category,
            description=product.description,
            attributes=product.attributes,
            image_url=product.image_url,
            currency=self._currency,
            rating=Rating(average=round(average, 2), count=count),
            variants=variants,
            reviews=await self.reviews(product.id, limit=_PAGE_OF_REVIEWS, offset=0),
        )

    async def cards(self, product_ids: Sequence[str]) -> list[ProductCard]:
        """Products as cards, in the order of the ids; what is not on sale is left out."""
        products = {product.id: product for product in await self._rows.products(product_ids)}
        variants = await self.variants(list(products))
        return [
            self._card(products[product_id], variants[product_id])
            for product_id in dict.fromkeys(product_ids)
            if product_id in products and variants.get(product_id)
        ]

    async def browse(self, category: str = "", q: str = "", page: int = 1, page_size: int = 24) -> ProductPage:
        """A page of what is on sale, in one category or in all, that holds every word of `q`."""
        ids, total = await self._rows.browse(
            _storable(category),
            _storable(q).split(),
            self._channel,
            self._now,
            limit=page_size,
            offset=(page - 1) * page_size,
        )
        return ProductPage(products=await self.cards(ids), total=total, page=page, page_size=page_size)

    async def categories(self) -> list[str]:
        """The categories of what is on sale, by name."""
        return list(await self._rows.categories())

    async def availability(self, variant_id: str) -> list[PlaceStock]:
        """What every active place that keeps the variant has free to sell."""
        return [
            PlaceStock(location_id=place.id, name=place.name, kind=place.kind, available=max(free, 0))
            for place, free in await self._rows.places(variant_id)
        ]

    async def reviews(self, product_id: str, *, limit: int, offset: int) -> list[ReviewView]:
        """What buyers wrote of a product, newest first."""
        return [
            ReviewView(
                rating=review.rating,
                title=review.title,
                body=review.body,
                author=_author(customer),
                created_at=review.created_at,
            )
            for review, customer in await self._rows.reviews(product_id, limit, offset)
        ]

    async def all_for_index(self, since: datetime | None = None) -> list[IndexRow]:
        """What a search index needs: everything on sale, or what changed at or after a moment.

        After a moment it also tells of products that are no longer sold, with `active` false.
        """
        products = await self._rows.changed(since)
        offers: dict[str, dict[str, tuple[Variant, int]]] = {product.id: {} for product in products}
        for variant, amount in await self._rows.offers(since, self._channel, self._now):
            offers[variant.product_id][variant.id] = (variant, amount)
        return [
            _index_row(product, list(offers[product.id].values()))
            for product in products
            if offers[product.id] or since is not None
        ]

    async def variants(self, product_ids: Sequence[str]) -> dict[str, list[VariantView]]:
        """The variants of some products that are on sale, by product, in the shop's order."""
        prices = await self._rows.prices(product_ids, self._channel, self._now)
        free = await self._rows.available(product_ids)
        views: dict[str, list[VariantView]] = {}
        for variant in await self._rows.variants(product_ids):
            if variant.id in prices:
                view = _variant(variant, prices[variant.id], free.get(variant.id, 0))
                views.setdefault(variant.product_id, []).append(view)
        return views

    def _card(self, product: Product, variants: Sequence[VariantView]) -> ProductCard:
        in_stock = [variant for variant in variants if variant.in_stock]
        cheapest = min(in_stock or variants, key=lambda variant: variant.price)
        return ProductCard(
            id=product.id,
            title=product.title,
            handle=product.handle,
            category=product.category,
            price=cheapest.price,
            compare_at=cheapest.compare_at,
            currency=self._currency,
            image_url=product.image_url,
            in_stock=bool(in_stock),
            options=_option_values(variant.options for variant in variants),
        )


def _storable(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL refuses it even in a question


def _variant(variant: Variant, price: Price, free: int) -> VariantView:
    counted = variant.stock == StockPolicy.counted
    return VariantView(
        id=variant.id,
        sku=variant.sku,
        title=variant.title,
        options=variant.options,
        price=price.amount,
        compare_at=price.compare_at,
        available=max(free, 0) if counted else None,
        in_stock=free > 0 if counted else variant.stock == StockPolicy.always,
    )


def _author(customer: Customer | None) -> str:
    if customer is None or not customer.last_name:
        return customer.first_name if customer else ""
    return f"{customer.first_name} {customer.last_name[0]}.".strip()


def _option_values(options: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for chosen in options:
        for name, value in chosen.items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return values


def _index_row(product: Product, offers: Sequence[tuple[Variant, int]]) -> IndexRow:
    amounts = [amount for _, amount in offers]
    return IndexRow(
        id=product.id,
        handle=product.handle,
        title=product.title,
        category=product.category,
        brand=product.brand,
        description=product.description,
        attributes=product.attributes,
        tags=product.tags,
        options=_option_values(variant.options for variant, _ in offers),
        price_min=min(amounts, default=0),
        price_max=max(amounts, default=0),
        active=product.status == ProductStatus.active and bool(offers),
        updated_at=product.updated_at,
    )
