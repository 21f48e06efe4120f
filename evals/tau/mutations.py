"""Tasks of the retail benchmark with one thing changed, and what the oracle says must come of them.

A mutation takes a task, puts a changed or further action among the task's own, and keeps those that concern other
orders. A kind that is to be refused is refused for exactly the reason it is named for, at the point where it stands;
the actions after it go on. Kinds in `ALLOWED` stay allowed: a shop that refuses everything must not pass.

Left out on purpose: cancelling an order after its payment method was changed. The benchmark then refunds every line
of the history, also the line that was a refund already, which no real shop would do. The instruction is
empty, since the original's no longer fits the actions.
"""

import copy
import json
import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from evals.tau.oracle import CANCEL_REASONS, Action, Record, Refusal, Task, World, refunds_twice, replay

T = TypeVar("T")
TRIES = 400
UNKNOWN_REASONS = ("changed my mind", "found it cheaper elsewhere", "arrives too late", "wrong address", "other")
REFUSED = tuple(
    "wrong_status other_customers_order other_customers_profile unknown_order gift_card_too_poor_for_payment "
    "gift_card_too_poor_for_difference unavailable_variant other_products_variant same_variant_unavailable "
    "unequal_lists item_not_in_order too_many_of_an_item foreign_payment_method payment_to_same_method "
    "return_to_third_method unknown_reason repeated_change repeated_payment_change exchange_after_return "
    "return_after_exchange cancel_after_item_change edit_after_item_change edit_after_cancel refused_in_the_middle "
    "corrected_after_refusal".split()
)
ALLOWED = tuple(
    "same_variant another_variant another_method another_reason another_order gift_card_suffices address_twice "
    "items_after_payment_change own_profile_address".split()
)
KINDS = REFUSED + ALLOWED
FAULTS = tuple(
    "unavailable_variant item_not_in_order too_many_of_an_item foreign_payment_method unknown_reason "
    "return_to_third_method".split()
)

Tool = Literal["cancel", "address", "items", "payment", "return", "exchange"]
NAMES: Mapping[Tool, str] = {
    "cancel": "cancel_pending_order",
    "address": "modify_pending_order_address",
    "items": "modify_pending_order_items",
    "payment": "modify_pending_order_payment",
    "return": "return_delivered_order_items",
    "exchange": "exchange_delivered_order_items",
}
SWAPS: tuple[Tool, ...] = ("items", "exchange")
ON_LINES: tuple[Tool, ...] = ("items", "exchange", "return")
PAYING: tuple[Tool, ...] = ("items", "exchange", "payment", "return")
ONCE: tuple[Tool, ...] = ("cancel", "items", "return", "exchange")
PENDING: tuple[Tool, ...] = ("cancel", "address", "items", "payment")
SEQUENCES: Mapping[str, tuple[Tool, ...]] = {
    "exchange_after_return": ("return", "exchange"),
    "return_after_exchange": ("exchange", "return"),
    "cancel_after_item_change": ("items", "cancel"),
    "edit_after_item_change": ("items", "address", "payment"),
    "edit_after_cancel": ("cancel", "address", "items", "payment"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An action a mutation puts into a task."""

    action: Action
    refusal: Refusal | None = None
    """What the oracle must say of it; `None` when it must be allowed."""
    sound: Action | None = None
    """The action without its fault, which must be allowed in its place: no second fault hides the first."""


class UnfitError(Exception):
    """The drawn task offers nothing this kind could change."""


class Draw:
    """A task drawn at random, and the choices its customer's records offer.

    A choice raises `UnfitError` when there is nothing to choose from.
    """

    def __init__(self, rng: random.Random, world: World, tasks: Sequence[Task]) -> None:
        self.rng = rng
        self.world = world
        self.task = self.pick(tasks)
        self.user_id = self.task["user_id"]
        self.methods: dict[str, Record] = world["users"][self.user_id]["payment_methods"]

    def pick(self, choices: Sequence[T]) -> T:
        if not choices:
            raise UnfitError
        return self.rng.choice(choices)

    def order(self, *statuses: str, own: bool = True) -> Record:
        """Draws an order in one of the statuses, of the customer or of another."""
        orders = self.world["orders"].values()
        return self.pick([o for o in orders if (o["user_id"] == self.user_id) is own and o["status"] in statuses])

    def variant(self, order: Record, item_id: str, available: bool = True) -> str:
        """Draws another variant of the line's product, one that the order does not hold yet."""
        held = {line["item_id"] for line in order["items"]}
        variants = self._product(order, item_id)["variants"]
        return self.pick([str(key) for key, v in variants.items() if key not in held and v["available"] is available])

    def dearest(self, order: Record, item_id: str) -> str:
        """Returns the available variant of the line's product that costs most."""
        variants = self._product(order, item_id)["variants"].values()
        return str(max(variants, key=lambda variant: (variant["available"], variant["price"]))["item_id"])

    def strange_variant(self, order: Record) -> str:
        """Draws an available variant of a product the order does not hold."""
        held = {line["product_id"] for line in order["items"]}
        product = self.pick([p for key, p in self.world["products"].items() if key not in held])
        return self.pick([str(key) for key, variant in product["variants"].items() if variant["available"]])

    def _product(self, order: Record, item_id: str) -> Record:
        line = next(line for line in order["items"] if line["item_id"] == item_id)
        return self.world["products"][line["product_id"]]

    def stranger(self) -> str:
        return self.pick([user_id for user_id in self.world["users"] if user_id != self.user_id])

    def address(self) -> Record:
        """Draws the address of some other customer, as a new address."""
        return dict(self.world["users"][self.stranger()]["address"])

    def gift_card(self) -> str:
        return self.pick([key for key, method in self.methods.items() if method["source"] == "gift_card"])

    def method(self, tool: Tool, order: Record) -> str:
        """Draws a method that suits the tool, and no gift card where there is another."""
        original = str(order["payment_history"][0]["payment_method_id"])
        if tool == "return":
            return original
        suited = [key for key in self.methods if tool != "payment" or key != original]
        return self.pick([key for key in suited if self.methods[key]["source"] != "gift_card"] or suited)

    def action(self, tool: Tool, order: Record, **changes: Any) -> Action:
        """Builds an action on an order as a customer may ask for it; `changes` replace arguments."""
        arguments: Record = {"order_id": order["order_id"]}
        if tool == "cancel":
            arguments["reason"] = self.pick(CANCEL_REASONS)
        if tool == "address":
            arguments |= self.address()
        if tool in ON_LINES:
            held = list(dict.fromkeys(line["item_id"] for line in order["items"]))
            arguments["item_ids"] = self.rng.sample(held, self.rng.randint(1, min(3, len(held))))
        if tool in SWAPS:
            arguments["new_item_ids"] = [self.variant(order, item_id) for item_id in arguments["item_ids"]]
        if tool in PAYING:
            arguments["payment_method_id"] = self.method(tool, order)
        return {"name": NAMES[tool], "arguments": arguments | changes}

    def sound(self, *tools: Tool, own: bool = True) -> tuple[Tool, Record, Action]:
        """Draws one of the tools, an order in the status it needs, and an action on it."""
        tool = self.pick(tools)
        order = self.order("pending" if tool in PENDING else "delivered", own=own)
        return tool, order, self.action(tool, order)

    def own_action(self, *tools: Tool) -> tuple[Record, Action]:
        """Draws one of the task's actions and returns its order and itself."""
        action = self.pick([a for a in self.task["actions"] if a["name"] in [NAMES[tool] for tool in tools]])
        return self.world["orders"][action["arguments"]["order_id"]], action


def _with(action: Action, **changes: Any) -> Action:
    return {"name": action["name"], "arguments": action["arguments"] | changes}


def _fault(sound: Action, refusal: Refusal, **changes: Any) -> list[Step]:
    return [Step(_with(sound, **changes), refusal, sound)]


class Mutations(Draw):
    """The kinds: each method named in `KINDS` returns the steps it puts into the drawn task.

    A kind in `SEQUENCES` does its first action and then one of the others on the same order, which is refused.
    """

    def wrong_status(self) -> list[Step]:
        tool = self.pick(tuple(NAMES))
        order = self.order("processed", "cancelled", "delivered" if tool in PENDING else "pending")
        return [Step(self.action(tool, order), Refusal.STATUS)]

    def other_customers_order(self) -> list[Step]:
        return [Step(self.sound(*NAMES, own=False)[2], Refusal.UNKNOWN_ORDER)]

    def other_customers_profile(self) -> list[Step]:
        sound: Action = {"name": "modify_user_address", "arguments": {"user_id": self.user_id, **self.address()}}
        return _fault(sound, Refusal.UNKNOWN_USER, user_id=self.stranger())

    def unknown_order(self) -> list[Step]:
        order_id = f"#W{self.rng.randint(1_000_000, 9_999_999)}"
        return _fault(self.sound(*NAMES)[2], Refusal.UNKNOWN_ORDER, order_id=order_id)

    def gift_card_too_poor_for_payment(self) -> list[Step]:
        action = self.action("payment", self.order("pending"), payment_method_id=self.gift_card())
        return [Step(action, Refusal.BALANCE)]

    def gift_card_too_poor_for_difference(self) -> list[Step]:
        _, order, action = self.sound(*SWAPS)
        dearest = [self.dearest(order, item_id) for item_id in action["arguments"]["item_ids"]]
        return [Step(_with(action, new_item_ids=dearest, payment_method_id=self.gift_card()), Refusal.BALANCE)]

    def unavailable_variant(self) -> list[Step]:
        _, order, action = self.sound(*SWAPS)
        at = self.rng.randrange(len(action["arguments"]["item_ids"]))
        gone = self.variant(order, action["arguments"]["item_ids"][at], available=False)
        return _fault(action, Refusal.VARIANT, **self._put(action, "new_item_ids", gone, at))

    def other_products_variant(self) -> list[Step]:
        _, order, action = self.sound(*SWAPS)
        return _fault(action, Refusal.VARIANT, **self._put(action, "new_item_ids", self.strange_variant(order)))

    def same_variant(self) -> list[Step]:
        _, _, action = self.sound(*SWAPS)
        at = self.rng.randrange(len(action["arguments"]["item_ids"]))
        return [Step(_with(action, **self._put(action, "new_item_ids", action["arguments"]["item_ids"][at], at)))]

    def same_variant_unavailable(self) -> list[Step]:
        (step,) = self.same_variant()
        return [Step(step.action, Refusal.VARIANT)]

    def unequal_lists(self) -> list[Step]:
        action = self.sound(*SWAPS)[2]
        new = action["arguments"]["new_item_ids"]
        return _fault(action, Refusal.LENGTHS, new_item_ids=new[:-1] if len(new) > 1 else [*new, *new])

    def item_not_in_order(self) -> list[Step]:
        _, order, action = self.sound(*ON_LINES)
        at = self.rng.randrange(len(action["arguments"]["item_ids"]))
        absent = self.variant(order, action["arguments"]["item_ids"][at])
        return _fault(action, Refusal.ITEM, **self._put(action, "item_ids", absent, at))

    def too_many_of_an_item(self) -> list[Step]:
        _, order, action = self.sound(*ON_LINES)
        item_id = action["arguments"]["item_ids"][0]
        times = 1 + sum(line["item_id"] == item_id for line in order["items"])
        fields = [field for field in ("item_ids", "new_item_ids") if field in action["arguments"]]
        return _fault(action, Refusal.ITEM, **{field: action["arguments"][field][:1] * times for field in fields})

    def foreign_payment_method(self) -> list[Step]:
        methods = self.world["users"][self.stranger()]["payment_methods"]
        foreign = self.pick([key for key in methods if key not in self.methods])
        return _fault(self.sound(*PAYING)[2], Refusal.PAYMENT_METHOD, payment_method_id=foreign)

    def payment_to_same_method(self) -> list[Step]:
        order = self.order("pending")
        same_method = order["payment_history"][0]["payment_method_id"]
        return [Step(self.action("payment", order, payment_method_id=same_method), Refusal.SAME_METHOD)]

    def return_to_third_method(self) -> list[Step]:
        third = self.pick(list(self.methods))
        return _fault(self.sound("return")[2], Refusal.REFUND_METHOD, payment_method_id=third)

    def unknown_reason(self) -> list[Step]:
        return _fault(self.sound("cancel")[2], Refusal.CANCEL_REASON, reason=self.pick(UNKNOWN_REASONS))

    def repeated_change(self) -> list[Step]:
        tool, order, action = self.sound(*ONCE)
        again = self.action(tool, order)
        if tool == "items":
            done = action["arguments"]["item_ids"]
            item_id = self.pick([line["item_id"] for line in order["items"] if line["item_id"] not in done])
            again = _with(again, item_ids=[item_id], new_item_ids=[self.variant(order, item_id)])
        return [Step(action), Step(again, Refusal.STATUS)]

    def repeated_payment_change(self) -> list[Step]:
        action = self.sound("payment")[2]
        return [Step(action), Step(_with(action, payment_method_id=self.pick(list(self.methods))), Refusal.HISTORY)]

    def refused_in_the_middle(self) -> list[Step]:
        before, after = (Step(self.sound(*NAMES)[2]) for _ in range(2))
        steps = [before, *self.steps(self.pick(FAULTS)), after]
        if len({step.action["arguments"]["order_id"] for step in steps}) < len(steps):
            raise UnfitError
        return steps

    def corrected_after_refusal(self) -> list[Step]:
        (fault,) = self.steps(self.pick(FAULTS))
        return [fault, Step(fault.sound)] if fault.sound else []

    def another_variant(self) -> list[Step]:
        order, action = self.own_action(*SWAPS)
        at = self.rng.randrange(len(action["arguments"]["item_ids"]))
        other = self.variant(order, action["arguments"]["item_ids"][at])
        if other in action["arguments"]["new_item_ids"]:
            raise UnfitError
        return [Step(_with(action, **self._put(action, "new_item_ids", other, at)))]

    def another_method(self) -> list[Step]:
        _, action = self.own_action(*PAYING)
        others = [key for key in self.methods if key != action["arguments"]["payment_method_id"]]
        return [Step(_with(action, payment_method_id=self.pick(others)))]

    def another_reason(self) -> list[Step]:
        _, action = self.own_action("cancel")
        others = [reason for reason in CANCEL_REASONS if reason != action["arguments"]["reason"]]
        return [Step(_with(action, reason=self.pick(others)))]

    def another_order(self) -> list[Step]:
        _, theirs = self.own_action(*NAMES)
        _, order, action = self.sound(*(tool for tool, name in NAMES.items() if name == theirs["name"]))
        if order["order_id"] in {other["arguments"].get("order_id") for other in self.task["actions"]}:
            raise UnfitError
        return [Step(action)]

    def gift_card_suffices(self) -> list[Step]:
        return [Step(_with(self.sound(*PAYING)[2], payment_method_id=self.gift_card()))]

    def address_twice(self) -> list[Step]:
        _, order, action = self.sound("address")
        return [Step(action), Step(self.action("address", order))]

    def items_after_payment_change(self) -> list[Step]:
        _, order, action = self.sound("payment")
        return [Step(action), Step(self.action("items", order))]

    def own_profile_address(self) -> list[Step]:
        return [Step({"name": "modify_user_address", "arguments": {"user_id": self.user_id, **self.address()}})]

    def steps(self, kind: str) -> list[Step]:
        if kind not in SEQUENCES:
            return list(getattr(self, kind)())
        first, *then = SEQUENCES[kind]
        _, order, action = self.sound(first)
        return [Step(action), Step(self.action(self.pick(then), order), Refusal.STATUS)]

    def _put(self, action: Action, field: str, value: str, at: int | None = None) -> dict[str, list[str]]:
        values: list[str] = list(action["arguments"][field])
        values[self.rng.randrange(len(values)) if at is None else at] = value
        return {field: values}


def _compose(draw: Mutations, kind: str) -> Task:
    steps = draw.steps(kind)
    touched = {step.action["arguments"].get("order_id") for step in steps}
    kept = [a for a in draw.task["actions"] if a["arguments"].get("order_id") not in touched]
    start = draw.rng.randint(0, len(kept))
    actions = copy.deepcopy(kept[:start] + [step.action for step in steps] + kept[start:])
    outcomes, expected = replay(draw.world, draw.user_id, actions)
    for at, step in enumerate(steps, start):
        fits = outcomes[at].reason == (step.refusal or "")
        if fits and step.sound:
            repaired = [*actions[:at], step.sound]
            fits = replay(draw.world, draw.user_id, repaired).outcomes[at].allowed
        if not fits:
            raise UnfitError
    if not steps or refunds_twice(actions, outcomes):
        raise UnfitError
    return draw.task | {
        "split": "mutation",
        "instruction": "",
        "actions": actions,
        "outputs": [],
        "mutation": kind,
        "source": draw.task["id"],
        "allowed": [outcome.allowed for outcome in outcomes],
        "reasons": [outcome.reason for outcome in outcomes],
        "expected": expected,
    }


def _attempt(rng: random.Random, world: World, tasks: Sequence[Task], kind: str, seen: set[str]) -> Task | None:
    for _ in range(TRIES):
        try:
            task = _compose(Mutations(rng, world, tasks), kind)
        except UnfitError:
            continue
        key = json.dumps([task["user_id"], task["actions"]], sort_keys=True)
        if key not in seen:
            seen.add(key)
            return task
    return None


def mutated(world: World, tasks: Sequence[Task], count: int = 500, seed: int = 0) -> list[Task]:
    """Returns `count` mutated tasks, the same for the same seed, in turn of every kind in `KINDS`.

    Each carries its kind (`mutation`), the task it was made from (`source`), the oracle's verdict on every action
    (`allowed`, `reasons`) and what the whole sequence changes (`expected`). A kind the data offers no more of is
    passed over; there are fewer tasks than `count` only when every kind is exhausted.
    """
    rng = random.Random(seed)
    seen: set[str] = set()
    kinds = deque(KINDS)
    found: list[Task] = []
    while kinds and len(found) < count:
        kind = kinds.popleft()
        task = _attempt(rng, world, tasks, kind, seen)
        if task is not None:
            found.append(task | {"index": len(found), "id": f"mutation-{len(found):03d}"})
            kinds.append(kind)
    return found
