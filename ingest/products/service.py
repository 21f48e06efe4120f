"""Loads a product export into the shop."""

from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.catalogue.models import Price, Product, Variant
from commerce.places.models import InventoryLevel, Location, LocationKind, MoveReason, StockMove
from core.ids import new_id
from ingest.batch import Batch, add_in_order, write
from ingest.names import DEFAULT_PLACE
from ingest.products.parse import Parser, ProductDraft, VariantDraft
from ingest.products.repository import ImportRepository
from ingest.products.rows import VariantRow
from ingest.products.text import slug

_CHANNEL = "web"
_SKU_LENGTH = 100


def parse(batch: Batch) -> tuple[Parser, list[ProductDraft]]:
    """The products of the file without a mistake."""
    parser = Parser(batch.table, batch.currency, batch.report)
    return parser, parser.products()


async def load(session: AsyncSession, batch: Batch, parsed: tuple[Parser, list[ProductDraft]]) -> None:
    """Add what is new, and bring what is known up to date.

    The same file again changes nothing, except that stock is set back to what the file says is available.
    """
    parser, drafts = parsed
    if drafts:
        await _Import(session, batch, parser).load(drafts)


class _Import:
    """One import, inside its transaction."""

    def __init__(self, session: AsyncSession, batch: Batch, parser: Parser) -> None:
        self._session = session
        self._rows = ImportRepository(session, batch.source)
        self._source = batch.source
        self._now = batch.now
        self._currency = batch.currency
        self._progress = batch.progress
        self._parser = parser
        self._report = batch.report
        self._added: list[SQLModel] = []
        self._place = ""
        self._variants: dict[str, list[Variant]] = {}
        self._owners: dict[str, str] = {}
        self._named: set[str] = set()
        self._prices: dict[str, Price] = {}
        self._levels: dict[str, InventoryLevel] = {}
        self._elsewhere: set[str] = set()

    async def load(self, drafts: list[ProductDraft]) -> None:
        """Compare with what is there and write the differences."""
        place = await self._rows.place(DEFAULT_PLACE) or self._add_place()
        self._place = place.id
        products = await self._rows.products([draft.handle for draft in drafts])
        await self._read([product.id for product in products.values()], drafts)
        for done, draft in enumerate(drafts, 1):
            self._progress(done, len(drafts))
            known = products.get(draft.handle)
            if known is None or known.source == self._source:
                await self._load_product(draft, known)
                continue
            self._report.refused += 1
            self._parser.refuse(
                draft.line, "handle", f"{draft.handle!r} is a product of the source {known.source!r} already"
            )
        await add_in_order(self._session, self._added, (Location, Product, Variant, Price, InventoryLevel, StockMove))

    async def _read(self, product_ids: list[str], drafts: list[ProductDraft]) -> None:
        variants = await self._rows.variants(product_ids)
        for variant in variants:
            self._variants.setdefault(variant.product_id, []).append(variant)
        everything = [(draft, variant) for draft in drafts for variant in draft.variants]
        self._named = {variant.row.sku for _, variant in everything if variant.row.sku}
        made_up = {_made_up_sku(draft, variant) for draft, variant in everything if not variant.row.sku}
        self._owners = await self._rows.owners(sorted(self._named | made_up))
        ids = [variant.id for variant in variants]
        self._prices = await self._rows.prices(ids, _CHANNEL, self._now)
        self._levels = await self._rows.levels(self._place, ids)
        self._elsewhere = await self._rows.stocked_elsewhere(self._place, ids)

    async def _load_product(self, draft: ProductDraft, known: Product | None) -> None:
        accepted = self._accepted(draft, self._variants.get(known.id, []) if known else [])
        if not accepted:
            self._report.refused += 1
            return
        product = known or self._add_product(draft)
        # Every difference is written, so no `or` that stops at the first.
        changes = [write(product, draft.values)]
        for variant_draft, variant in accepted:
            changes.append(await self._load_variant(draft, product, variant_draft, variant))
        self._report.count("variants", len(accepted))
        if known is None:
            self._report.new += 1
        elif any(changes):
            known.version += 1
            known.updated_at = self._now
            self._report.changed += 1
        else:
            self._report.same += 1

    def _accepted(self, draft: ProductDraft, there: list[Variant]) -> list[tuple[VariantDraft, Variant | None]]:
        """The drafts whose SKU is free or their own, each with the variant it is."""
        by_options = {variant.external_id: variant for variant in there}
        renamed = {
            variant.sku: variant
            for variant in there
            if variant.external_id not in {each.external_id for each in draft.variants}
        }
        accepted = []
        for each in draft.variants:
            variant = by_options.get(each.external_id) or renamed.get(each.row.sku)
            owner = self._owners.get(each.row.sku)
            if owner is not None and (variant is None or variant.id != owner):
                self._parser.refuse(each.line, "sku", f"{each.row.sku!r} is another variant's of this shop already")
                continue
            accepted.append((each, variant))
        return accepted

    async def _load_variant(
        self, draft: ProductDraft, product: Product, each: VariantDraft, known: Variant | None
    ) -> bool:
        row = each.row
        values: dict[str, Any] = {
            "external_id": each.external_id,
            "title": each.title,
            "options": each.options,
            "position": each.position,
            "active": True,
        }
        stated = {
            "sku": row.sku,
            "barcode": row.barcode,
            "cost": row.cost,
            "weight_grams": row.grams,
            "stock": row.stock,
        }
        values |= {name: value for name, value in stated.items() if value not in (None, "")}
        variant = known
        if variant is None:
            sku = row.sku or await self._free_sku(_made_up_sku(draft, each))
            variant = Variant(
                id=new_id("var"), product_id=product.id, source=self._source, sku=sku, external_id=each.external_id
            )
            self._added.append(variant)
        changed = write(variant, values)
        if changed and known is not None:
            variant.version += 1
        changes = [known is None, changed, self._price(variant, row), self._stock(variant, row)]
        return any(changes)

    async def _free_sku(self, wanted: str) -> str:
        sku, number = wanted, 1
        while sku in self._named or sku in self._owners or (number > 1 and await self._rows.owners([sku])):
            number += 1
            sku = f"{wanted}-{number}"
        self._named.add(sku)
        return sku

    def _price(self, variant: Variant, row: VariantRow) -> bool:
        current = self._prices.get(variant.id)
        compare_at = current.compare_at if current else None
        if "compare_at" in row.model_fields_set:
            compare_at = row.compare_at
        if compare_at is not None and compare_at <= row.price:
            compare_at = None
        wanted = (row.price, compare_at, self._currency)
        if current is not None:
            if (current.amount, current.compare_at, current.currency) == wanted:
                return False
            current.valid_to = self._now
        self._added.append(
            Price(
                id=new_id("prc"),
                variant_id=variant.id,
                channel=_CHANNEL,
                amount=row.price,
                compare_at=compare_at,
                currency=self._currency,
                valid_from=self._now,
            )
        )
        return True

    def _stock(self, variant: Variant, row: VariantRow) -> bool:
        """Make as many available as the file says; what is reserved stays reserved.

        The file's quantity is a total, so it says nothing of a variant whose stock is known by place.
        """
        if row.quantity is None or variant.id in self._elsewhere:
            return False
        level = self._levels.get(variant.id)
        reason = MoveReason.correction
        if level is None:
            level = InventoryLevel(location_id=self._place, variant_id=variant.id, updated_at=self._now)
            self._added.append(level)
            reason = MoveReason.opening
        difference = row.quantity + level.reserved - level.on_hand
        if difference == 0:
            return False
        level.on_hand += difference
        level.version += 1
        level.updated_at = self._now
        self._added.append(
            StockMove(
                id=new_id("mov"),
                location_id=self._place,
                variant_id=variant.id,
                on_hand=difference,
                reason=reason,
                reference=f"import {self._source}",
                created_at=self._now,
            )
        )
        return True

    def _add_place(self) -> Location:
        place = Location(
            id=new_id("loc"),
            name="Warehouse",
            kind=LocationKind.distribution_centre,
            source=self._source,
            external_id=DEFAULT_PLACE,
        )
        self._added.append(place)
        return place

    def _add_product(self, draft: ProductDraft) -> Product:
        product = Product(
            id=new_id("prd"),
            handle=draft.handle,
            title=draft.values["title"],
            source=self._source,
            external_id=draft.handle,
            created_at=self._now,
            updated_at=self._now,
        )
        self._added.append(product)
        return product


def _made_up_sku(draft: ProductDraft, variant: VariantDraft) -> str:
    return slug(f"{draft.handle} {variant.title}").upper()[:_SKU_LENGTH]
