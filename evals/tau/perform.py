"""A task's actions, carried out in the shop as its customer: proposed, confirmed, committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from commerce.actions.base import Action
from commerce.actions.cancel_order import CancelOrder
from commerce.actions.change_address import ChangeAddress
from commerce.actions.change_default_address import ChangeDefaultAddress
from commerce.actions.change_items import ChangeItems
from commerce.actions.change_payment import ChangePayment
from commerce.actions.exchange_items import ExchangeItems
from commerce.actions.return_items import ReturnItems
from commerce.actions.service import Actions
from commerce.actions.swapping import LineSwap
from commerce.identity.principal import Principal, Role
from commerce.orders.service import Orders
from commerce.people.models import Address
from commerce.shop import Shop
from core.errors import StorewrightError
from evals.tau.shop import World

WRITES = frozenset(
    {
        "cancel_pending_order",
        "modify_pending_order_address",
        "modify_pending_order_items",
        "modify_pending_order_payment",
        "return_delivered_order_items",
        "exchange_delivered_order_items",
        "modify_user_address",
    }
)
_COUNTRIES = {"USA": "US"}
_ONLOOKER = Principal("evaluation", roles=frozenset({Role.agent}), staff_name="evaluation")
"""Looks up what an action names, so that the action itself must refuse what is somebody else's."""


class NoSuchAction(StorewrightError):
    """An action whose arguments the shop has no way to say: lists of unequal length, an empty address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one action."""

    name: str
    allowed: bool
    said: str
    """The receipt's sentence, or why it was refused."""


async def perform_all(world: World, user_id: str, actions: Sequence[dict[str, Any]]) -> list[Done]:
    """Do the write actions of a task in turn, as its customer; a refused one stops nothing."""
    customer_id = world.ids.customers[user_id]
    by = Principal("evaluation", customer_id, "email")
    done = []
    for position, action in enumerate(action for action in actions if action["name"] in WRITES):
        try:
            done.append(await _perform(world, by, action, f"{position}"))
        except StorewrightError as error:
            done.append(Done(action["name"], False, error.message))
    return done


async def _perform(world: World, by: Principal, action: dict[str, Any], key: str) -> Done:
    async with world.changing() as shop:
        translated = await _translate(world, shop, action["name"], action["arguments"])
        proposal = await Actions(shop).propose([translated], by, key)
    async with world.changing() as shop:
        result = await Actions(shop).commit(proposal.id, by)
    if result.receipt is None:
        return Done(action["name"], False, "was proposed anew, or waits for a colleague")
    return Done(action["name"], result.receipt.done, result.receipt.sentence)


async def _translate(world: World, shop: Shop, name: str, said: dict[str, Any]) -> Action:
    try:
        match name:
            case "cancel_pending_order":
                return CancelOrder(order_number=said["order_id"], reason=said["reason"].replace(" ", "_"))
            case "modify_pending_order_address":
                return ChangeAddress(order_number=said["order_id"], address=_address(said))
            case "modify_user_address":
                customer_id = world.ids.customers.get(said["user_id"], said["user_id"])
                return ChangeDefaultAddress(customer_id=customer_id, address=_address(said))
            case "modify_pending_order_payment":
                return ChangePayment(order_number=said["order_id"], payment_method_id=_method(world, said))
            case "return_delivered_order_items":
                lines = await _lines(world, shop, said)
                quantities = {line_id: 1 for line_id in lines}
                return ReturnItems(
                    order_number=said["order_id"], line_quantities=quantities, refund_method_id=_method(world, said)
                )
            case _:
                kind = ChangeItems if name == "modify_pending_order_items" else ExchangeItems
                return kind(
                    order_number=said["order_id"],
                    changes=await _changes(world, shop, said),
                    payment_method_id=_method(world, said),
                )
    except ValidationError as error:
        raise NoSuchAction(str(error)) from None


async def _lines(world: World, shop: Shop, said: dict[str, Any]) -> list[str]:
    """The order's line for each item named: the first that is not taken yet, and an unknown one where there is none."""
    try:
        lines = (await Orders(shop).get(said["order_id"], _ONLOOKER)).lines
    except StorewrightError:
        lines = []
    left = [(line.id, line.variant_id) for line in lines for _ in range(line.quantity)]
    found = []
    for position, item_id in enumerate(said["item_ids"]):
        variant_id = world.ids.variants.get(item_id, item_id)
        line = next((each for each in left if each[1] == variant_id), None)
        if line is not None:
            left.remove(line)
        found.append(line[0] if line else f"unknown {position}")
    return found


async def _changes(world: World, shop: Shop, said: dict[str, Any]) -> dict[str, LineSwap]:
    lines = await _lines(world, shop, said)
    wanted = [world.ids.variants.get(item_id, item_id) for item_id in said["new_item_ids"]]
    if len(lines) != len(wanted):
        raise NoSuchAction("As many new items are needed as old ones.")
    return {line_id: LineSwap(variant_id=variant_id) for line_id, variant_id in zip(lines, wanted, strict=True)}


def _method(world: World, said: dict[str, Any]) -> str:
    method_id: str = said["payment_method_id"]
    return world.ids.methods.get(method_id, method_id)


def _address(said: dict[str, Any]) -> Address:
    fields = {name: said[name] for name in ("address1", "address2", "city", "state", "zip")}
    return Address(country=_COUNTRIES.get(said["country"], said["country"]), **fields)
