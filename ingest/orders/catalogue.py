"""Which variants the lines of an order are about."""

from commerce.catalogue.models import Product, Variant
from ingest.orders.parse import LineDraft

Sold = tuple[Variant, Product]


class UnknownVariant(ValueError):
    """A line is about nothing this shop sells. `field` is where to look."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class Catalogue:
    """Finds variants as order exports name them."""

    def __init__(self, sold: list[Sold]) -> None:
        self._by_sku = {variant.sku: (variant, product) for variant, product in sold}
        self._by_name: dict[str, list[Sold]] = {}
        for variant, product in sold:
            self._by_name.setdefault(_name(variant, product), []).append((variant, product))

    def find(self, line: LineDraft) -> Sold:
        """By SKU; by the full name where the line has none.

        Raises:
            UnknownVariant: there is none, or several are named so.
        """
        row = line.row
        if row.sku:
            if row.sku not in self._by_sku:
                raise UnknownVariant("sku", f"{row.sku!r} is no SKU of this shop ({row.line_name})")
            return self._by_sku[row.sku]
        fitting = self._by_name.get(row.line_name.casefold(), [])
        if not fitting:
            raise UnknownVariant("line_name", f"{row.line_name!r} is no product of this shop")
        if len(fitting) > 1:
            raise UnknownVariant("line_name", f"{row.line_name!r} are {len(fitting)} products, and the SKU is missing")
        return fitting[0]


def title_when_bought(line: LineDraft, variant: Variant) -> str:
    """The product's title, without the option values that an export writes behind it."""
    name = line.row.line_name
    return name.removesuffix(f" - {variant.title}") if variant.title else name


def _name(variant: Variant, product: Product) -> str:
    return f"{product.title} - {variant.title}".casefold() if variant.title else product.title.casefold()
