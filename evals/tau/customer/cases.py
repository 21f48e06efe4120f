"""All customers: of the benchmark's tasks, of its dialogues, and those whose right outcome is no change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.tau.customer.asks import Ask
from evals.tau.customer.derive import actions_of, dialogues, paired, user_of
from evals.tau.customer.no_change import NO_CHANGE
from evals.tau.customer.wish import Case, Group, Script, Step, Wish, want_of, wish_of, writes_of
from evals.tau.customer.world import Order, World

HERE = Path(__file__).parent


def script_of(raw: Mapping[str, Any]) -> Script:
    """Words written by hand, as the data files hold them."""
    return Script(
        tuple(raw.get("opener", ())),
        tuple(raw["first"]) if "first" in raw else None,
        {ask: tuple(said) for ask, said in raw.get("facts", {}).items()},
        tuple(Step(step["say"], tuple(step.get("wants", ()))) for step in raw.get("then", ())),
        tuple(raw.get("card", ())),
        raw.get("regrets", ""),
        tuple(raw.get("insist", ())),
    )


def task_cases(tasks: Iterable[Mapping[str, Any]], world: World) -> list[Case]:
    """One customer for each task; the natural ones speak words written for them."""
    scripts = json.loads((HERE / "dev.json").read_text())
    cases = []
    for task in tasks:
        script = script_of(scripts[task["id"]]) if task["id"] in scripts else None
        wish = wish_of(task, world, script)
        group: Group = "dev" if task["split"] == "dev" else "train"
        cases.append(Case(task["id"], group, task["user_id"], wish, writes_of(task["actions"])))
    return cases


def dialogue_cases(path: Path, world: World) -> list[Case]:
    """One customer for each example dialogue, with what its assistant really changed as the right outcome."""
    scripts = json.loads((HERE / "dialogues.json").read_text())
    cases = []
    for index, dialogue in enumerate(dialogues(path)):
        raw = scripts[str(index)]
        user = world.users[raw["user"]] if "user" in raw else user_of(dialogue, world)
        # The assistant of some dialogues booked an empty change for a wish that cannot be met.
        actions = () if "want" in raw else tuple(paired(a, world) for a in actions_of(dialogue, world))
        wants = tuple(want_of(action, world, user) for action in actions)
        name = f"dialogue-{index}"
        wish = Wish(
            name,
            user,
            wants,
            world,
            raw.get("proves", "zip"),
            user.email,
            user.address.zip,
            knows_numbers=False,
            script=script_of(raw),
        )
        cases.append(Case(name, "dialogue", user.user_id, wish, actions))
    return cases


def no_change_cases(world: World) -> list[Case]:
    """Customers who must leave the shop's data as it is."""
    return [_no_change_case(index, ask, world) for index, ask in enumerate(NO_CHANGE)]


def _no_change_case(index: int, ask: Ask, world: World) -> Case:
    user = world.users[ask.user_id]
    wants = tuple(want_of(_wanted(action, ask.user_id, world), world, user) for action in ask.wants)
    script = script_of(ask.said())
    if ask.identity:
        script = replace(script, facts={**script.facts, "identity": ask.identity})
    name = f"no-change-{index:02d}-{ask.name}"
    wish = Wish(name, user, wants, world, "zip", user.email, user.address.zip, knows_numbers=False, script=script)
    return Case(name, "no_change", user.user_id, wish, ())


def _wanted(action: Mapping[str, Any], user_id: str, world: World) -> dict[str, Any]:
    """The wish with its items under the order's ids, and its payment method under the customer's."""
    said = dict(action["arguments"])
    order = world.orders[said["order_id"]]
    if "products" in said:
        said["item_ids"] = [_item_id(order, name) for name in said.pop("products")]
    if "payment_method_id" in said:
        kind = said["payment_method_id"]
        methods = world.users[user_id].methods.values()
        said["payment_method_id"] = next((m.method_id for m in methods if kind and m.source == kind), order.paid_with)
    return {"name": action["name"], "arguments": said}


def _item_id(order: Order, name: str) -> str:
    """The last item of that name: the one the words of its customer mean."""
    return [item.item_id for item in order.items if item.name == name][-1]
