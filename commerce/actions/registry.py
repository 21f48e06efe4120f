"""Every kind of action, so that a stored one can be read again."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from commerce.actions.base import Action
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.change_default_address import ChangeDefaultAddress
from commerce.actions.change_items import ChangeItems
from commerce.actions.change_payment import ChangePayment
from commerce.actions.exchange_items import ExchangeItems
from commerce.actions.fill_short_line import FillShortLine
from commerce.actions.return_items import ReturnItems
from commerce.actions.wait_for_stock import WaitForStock

AnyAction = Annotated[
    CancelOrder
    | ChangeAddress
    | ChangeDefaultAddress
    | ChangeItems
    | ChangePayment
    | ExchangeItems
    | FillShortLine
    | ReturnItems
    | WaitForStock,
    Field(discriminator="kind"),
]
_READER: TypeAdapter[AnyAction] = TypeAdapter(AnyAction)


def read_action(stored: dict[str, Any]) -> Action:
    """The action of a stored proposal."""
    return _READER.validate_python(stored)
