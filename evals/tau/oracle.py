"""An independent judge of the retail benchmark: what an action may change, and what it changes.

Written from the benchmark's published semantics and policy alone, without a look at the shop it judges, so that an
error in the shop is not repeated here. It follows tau-bench where tau2 differs: `pending (item modified)` is a status
in which nothing may be done any more, and of several exchanged items each gets its own variant's price and options.
An order may be given the variant it already has, as long as that variant is available.

Of the policy it adds what the benchmark's tools leave to the agent: another customer's order or profile is refused as
if it did not exist. Money is compared in cents, so a float's tail never decides whether a gift card suffices.
"""

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, NotRequired, TypedDict

Record = dict[str, Any]
World = dict[str, dict[str, Record]]
Difference = dict[str, dict[str, dict[str, Record]]]


class Action(TypedDict):
    """A call of one of the benchmark's tools."""

    name: str
    arguments: Record


class Task(TypedDict):
    """A task in the shape of the benchmark's; what a mutation adds is marked `NotRequired`."""

    id: str
    split: str
    index: int
    user_id: str
    instruction: str
    actions: list[Action]
    outputs: list[str]
    annotator: int | None
    mutation: NotRequired[str]
    source: NotRequired[str]
    allowed: NotRequired[list[bool]]
    reasons: NotRequired[list[str]]
    expected: NotRequired[Difference]


class Refusal(StrEnum):
    """Why an action is refused, named after the first check that fails."""

    UNKNOWN_ORDER = "unknown order"
    UNKNOWN_USER = "unknown user"
    STATUS = "status"
    CANCEL_REASON = "cancel reason"
    ITEM = "item not in order"
    LENGTHS = "unequal lists"
    VARIANT = "variant"
    PAYMENT_METHOD = "payment method"
    BALANCE = "balance"
    SAME_METHOD = "same method"
    HISTORY = "payment history"
    REFUND_METHOD = "refund method"


class Outcome(NamedTuple):
    """The verdict on one action."""

    allowed: bool
    reason: str
    """Empty when allowed, else a value of `Refusal`."""


class Replay(NamedTuple):
    """The verdicts on a sequence of actions and what it changed."""

    outcomes: list[Outcome]
    difference: Difference


class _RefusedError(Exception):
    """Ends a check; raised before anything is written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


CANCEL_REASONS = ("no longer needed", "ordered by mistake")
ADDRESS_FIELDS = ("address1", "address2", "city", "state", "country", "zip")
WITHOUT_EFFECT = frozenset(
    {
        "calculate",
        "find_user_id_by_email",
        "find_user_id_by_name_zip",
        "get_item_details",
        "get_order_details",
        "get_product_details",
        "get_user_details",
        "list_all_product_types",
        "think",
        "transfer_to_human_agents",
    }
)


def _require(holds: bool, refusal: Refusal) -> None:
    if not holds:
        raise _RefusedError(refusal)


def _cents(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _order(world: World, user_id: str, order_id: str, status: str) -> Record:
    order = world["orders"].get(order_id)
    if order is None or order["user_id"] != user_id:
        raise _RefusedError(Refusal.UNKNOWN_ORDER)
    _require(order["status"] == status, Refusal.STATUS)
    return order


def _method(world: World, user_id: str, method_id: str) -> Record:
    methods: dict[str, Record] = world["users"][user_id]["payment_methods"]
    _require(method_id in methods, Refusal.PAYMENT_METHOD)
    return methods[method_id]


def _is_gift_card(method: Record) -> bool:
    return bool(method["source"] == "gift_card")


def _covers(method: Record, amount: Decimal) -> bool:
    return not _is_gift_card(method) or _cents(method["balance"]) >= amount


def _credit(method: Record, amount: Decimal) -> None:
    if _is_gift_card(method):
        method["balance"] = float(_cents(method["balance"]) + amount)


def _entry(kind: str, amount: Decimal, method_id: str) -> Record:
    return {"transaction_type": kind, "amount": float(amount), "payment_method_id": method_id}


def _require_items(order: Record, item_ids: Sequence[str]) -> None:
    held = Counter(line["item_id"] for line in order["items"])
    _require(all(held[item] >= wanted for item, wanted in Counter(item_ids).items()), Refusal.ITEM)


def _line(order: Record, item_id: str) -> Record:
    found: Record = next(line for line in order["items"] if line["item_id"] == item_id)
    return found


def _variants(world: World, order: Record, item_ids: Sequence[str], new_item_ids: Sequence[str]) -> list[Record]:
    _require(len(item_ids) == len(new_item_ids), Refusal.LENGTHS)
    chosen: list[Record] = []
    for item_id, new_item_id in zip(item_ids, new_item_ids, strict=True):
        variant = world["products"][_line(order, item_id)["product_id"]]["variants"].get(new_item_id)
        if variant is None or not variant["available"]:
            raise _RefusedError(Refusal.VARIANT)
        chosen.append(variant)
    return chosen


def _price_difference(order: Record, item_ids: Sequence[str], variants: Iterable[Record]) -> Decimal:
    paid = sum((_cents(_line(order, item_id)["price"]) for item_id in item_ids), Decimal(0))
    return sum((_cents(variant["price"]) for variant in variants), Decimal(0)) - paid


def _cancel(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "pending")
    _require(args["reason"] in CANCEL_REASONS, Refusal.CANCEL_REASON)
    methods = world["users"][user_id]["payment_methods"]
    refunds = []
    for entry in order["payment_history"]:
        amount, method_id = _cents(entry["amount"]), entry["payment_method_id"]
        refunds.append(_entry("refund", amount, method_id))
        _credit(methods[method_id], amount)
    order.update(status="cancelled", cancel_reason=args["reason"], payment_history=order["payment_history"] + refunds)


def _order_address(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "pending")
    order["address"] = {field: args[field] for field in ADDRESS_FIELDS}


def _user_address(world: World, user_id: str, args: Record) -> None:
    _require(args["user_id"] == user_id and user_id in world["users"], Refusal.UNKNOWN_USER)
    world["users"][user_id]["address"] = {field: args[field] for field in ADDRESS_FIELDS}


def _items(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "pending")
    item_ids, method_id = args["item_ids"], args["payment_method_id"]
    _require_items(order, item_ids)
    variants = _variants(world, order, item_ids, args["new_item_ids"])
    method = _method(world, user_id, method_id)
    due = _price_difference(order, item_ids, variants)
    _require(_covers(method, due), Refusal.BALANCE)
    order["payment_history"].append(_entry("payment" if due > 0 else "refund", abs(due), method_id))
    _credit(method, -due)
    for item_id, variant in zip(item_ids, variants, strict=True):
        _line(order, item_id).update(
            item_id=variant["item_id"], price=variant["price"], options=copy.deepcopy(variant["options"])
        )
    order["status"] = "pending (item modified)"


def _payment(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "pending")
    method_id = args["payment_method_id"]
    method = _method(world, user_id, method_id)
    history = order["payment_history"]
    _require(len(history) == 1 and history[0]["transaction_type"] == "payment", Refusal.HISTORY)
    amount, old_id = _cents(history[0]["amount"]), history[0]["payment_method_id"]
    _require(method_id != old_id, Refusal.SAME_METHOD)
    _require(_covers(method, amount), Refusal.BALANCE)
    history.extend([_entry("payment", amount, method_id), _entry("refund", amount, old_id)])
    _credit(method, -amount)
    _credit(_method(world, user_id, old_id), amount)


def _return(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "delivered")
    method_id = args["payment_method_id"]
    method = _method(world, user_id, method_id)
    original = order["payment_history"][0]["payment_method_id"]
    _require(_is_gift_card(method) or method_id == original, Refusal.REFUND_METHOD)
    _require_items(order, args["item_ids"])
    order.update(status="return requested", return_items=sorted(args["item_ids"]), return_payment_method_id=method_id)


def _exchange(world: World, user_id: str, args: Record) -> None:
    order = _order(world, user_id, args["order_id"], "delivered")
    item_ids, new_item_ids = args["item_ids"], args["new_item_ids"]
    _require_items(order, item_ids)
    variants = _variants(world, order, item_ids, new_item_ids)
    method = _method(world, user_id, args["payment_method_id"])
    due = _price_difference(order, item_ids, variants)
    _require(_covers(method, due), Refusal.BALANCE)
    order.update(
        status="exchange requested",
        exchange_items=sorted(item_ids),
        exchange_new_items=sorted(new_item_ids),
        exchange_payment_method_id=args["payment_method_id"],
        exchange_price_difference=float(due),
    )


TOOLS: dict[str, Callable[[World, str, Record], None]] = {
    "cancel_pending_order": _cancel,
    "modify_pending_order_address": _order_address,
    "modify_pending_order_items": _items,
    "modify_pending_order_payment": _payment,
    "modify_user_address": _user_address,
    "return_delivered_order_items": _return,
    "exchange_delivered_order_items": _exchange,
}


def perform(world: World, user_id: str, action: Action) -> Outcome:
    """Performs an action for a customer and changes `world` in place; a refused action changes nothing.

    Raises:
        ValueError: The benchmark has no such tool.
        KeyError: An argument of the tool is missing.
    """
    if action["name"] in WITHOUT_EFFECT:
        return Outcome(True, "")
    if action["name"] not in TOOLS:
        raise ValueError(f"no such tool: {action['name']}")
    try:
        TOOLS[action["name"]](world, user_id, action["arguments"])
    except _RefusedError as refused:
        return Outcome(False, refused.refusal.value)
    return Outcome(True, "")


def replay(world: World, user_id: str, actions: Sequence[Action]) -> Replay:
    """Performs the actions on a copy of the records they name; `world` stays as it is."""
    named = [action["arguments"].get("order_id") for action in actions]
    before: World = {
        "users": {user_id: world["users"][user_id]},
        "orders": {order_id: world["orders"][order_id] for order_id in named if order_id in world["orders"]},
    }
    after = copy.deepcopy(before)
    outcomes = [perform({**after, "products": world["products"]}, user_id, action) for action in actions]
    return Replay(outcomes, difference(before, after))


def refunds_twice(actions: Sequence[Action], outcomes: Sequence[Outcome]) -> bool:
    """Tells whether an order is cancelled whose payment method was changed.

    The benchmark then refunds every line of the history, also the line that was a refund already.
    """
    done = [
        (action["name"], action["arguments"].get("order_id"))
        for action, outcome in zip(actions, outcomes, strict=True)
        if outcome.allowed
    ]
    return any(
        ("modify_pending_order_payment", order_id) in done[:at]
        for at, (name, order_id) in enumerate(done)
        if name == "cancel_pending_order"
    )


def difference(before: World, after: World) -> Difference:
    """Returns `{"users" | "orders": {id: {field: {"before": …, "after": …}}}}`, without what did not change.

    A field that a record does not have counts as `None`.
    """
    found: Difference = {}
    for section in ("users", "orders"):
        records = {}
        for key in {**before[section], **after[section]}:
            old, new = before[section].get(key, {}), after[section].get(key, {})
            fields = {
                field: {"before": copy.deepcopy(old.get(field)), "after": copy.deepcopy(new.get(field))}
                for field in {**old, **new}
                if old.get(field) != new.get(field)
            }
            if fields:
                records[key] = fields
        if records:
            found[section] = records
    return found


def _equal(left: Any, right: Any, tolerance: float) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key], tolerance) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_equal(a, b, tolerance) for a, b in zip(left, right, strict=True))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) < tolerance
    return bool(left == right)


def _without_zero_lines(found: Difference, tolerance: float) -> Difference:
    kept: Difference = {}
    for section, records in found.items():
        for key, fields in records.items():
            for field, change in fields.items():
                sides = copy.deepcopy(change)
                if field == "payment_history":
                    for side, lines in sides.items():
                        sides[side] = [line for line in lines or [] if abs(line["amount"]) >= tolerance]
                if not _equal(sides["before"], sides["after"], tolerance):
                    kept.setdefault(section, {}).setdefault(key, {})[field] = sides
    return kept


def same(expected: Difference, actual: Difference, cent: float = 0.01) -> bool:
    """Tells whether two differences are equal.

    Two numbers are equal when they differ by less than half a `cent`: a float's tail is forgiven, a cent too much is
    not. A line of `payment_history` over nothing, which the benchmark writes for a swap without a price difference,
    counts as absent on both sides; so does a field, a record or a section that is then left without a change.
    All else is exact, also the order of the lines.
    """
    return _equal(_without_zero_lines(expected, cent / 2), _without_zero_lines(actual, cent / 2), cent / 2)
