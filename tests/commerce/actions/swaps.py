"""Variants to swap for, policies of a stricter shop, and proposing with a yes at once."""

import shutil
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from commerce.actions.base import Action, Receipt
from commerce.actions.service import Actions
from commerce.catalogue.models import Price, Variant
from commerce.people.models import Customer
from commerce.policies.service import PolicyBook
from commerce.shop import Shop
from core.ids import new_id
from tests.conftest import POLICIES
from tests.factories import NOW, customer_principal

ONE_TIME = {
    "item_changes.md": {
        "once_per_order": "true",
        "blocks": "[cancellation, address_change, payment_changes]",
        "choose_method": "true",
        "refund_to": "[any]",
    },
    "payment_changes.md": {"once_per_order": "true", "several": "false"},
    "exchanges.md": {
        "window_days": "null",
        "hand_in_days": "null",
        "once_per_order": "true",
        "choose_method": "true",
        "refund_to": "[any]",
    },
    "returns.md": {"once_per_order": "true", "hand_in_days": "null"},
    "refunds.md": {"approval_above": "null"},
}
"""A shop in which items, payments and exchanges are changed once, and the customer names the payment."""


async def a_sibling(
    session: AsyncSession, of: Variant, color: str = "Red", price: int = 5000, **values: Any
) -> Variant:
    """Another variant of the same product, and its price."""
    row_id = new_id("var")
    variant = Variant(
        **{
            "id": row_id,
            "product_id": of.product_id,
            "sku": row_id,
            "title": color,
            "options": {"Color": color},
            "source": "test",
            "external_id": row_id,
            **values,
        }
    )
    session.add(variant)
    await session.flush()
    session.add(Price(id=new_id("prc"), variant_id=row_id, amount=price, currency="USD", valid_from=NOW.replace(day=1)))
    await session.flush()
    return variant


async def do(shop: Shop, customer: Customer, *actions: Action) -> Receipt:
    """Propose and confirm."""
    by = customer_principal(customer)
    view = await Actions(shop).propose(actions, by, key=new_id("key"))
    receipt = (await Actions(shop).commit(view.id, by)).receipt
    assert receipt is not None
    return receipt


def stricter(folder: Path, edits: dict[str, dict[str, str]], without: tuple[str, ...] = ()) -> PolicyBook:
    """The shop's policies with other values in the front matter, and without some files."""
    copied = Path(shutil.copytree(POLICIES, folder / "policies"))
    for name in without:
        (copied / name).unlink()
    for name, values in edits.items():
        lines = (copied / name).read_text().splitlines(keepends=True)
        for field, value in values.items():
            place = next(i for i, line in enumerate(lines) if line.startswith(f"{field}:"))
            lines[place] = f"{field}: {value}\n"
        (copied / name).write_text("".join(lines))
    return PolicyBook.load(copied)
