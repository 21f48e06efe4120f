"""Which of a customer's payment methods a tool call means."""

from typing import Annotated

from pydantic import Field

from commerce.identity.principal import Principal
from commerce.orders.views import OrderView
from commerce.people.models import PaymentMethodKind
from commerce.people.service import People
from commerce.shop import Shop
from core.errors import Invalid

Pay = Annotated[
    str,
    Field(description="`original`, `gift_card`, or the id of one of the customer's payment methods.", max_length=60),
]


async def method_of(shop: Shop, by: Principal, wanted: str) -> str | None:
    """The id of a payment method; nothing for the original one.

    Raises:
        Invalid: there is no such method on the account.
    """
    if wanted in ("", "original"):
        return None
    methods = await People(shop).payment_methods(str(by.customer_id))
    kind = PaymentMethodKind.gift_card
    found = next((each for each in methods if each.id == wanted or (wanted == kind and each.kind == kind)), None)
    if found is None:
        what = "gift card" if wanted == kind else "such way to pay"
        raise Invalid(f"There is no {what} on this account.")
    return found.id


def original_of(order: OrderView) -> str | None:
    """The id of the one method that an order is paid with; nothing where there are several."""
    held = {payment.payment_method_id for payment in order.payments if payment.held}
    return held.pop() if len(held) == 1 else None
