"""The mutated tasks are what their kind says, and the same for the same seed."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.tau.mutations import ALLOWED, KINDS, REFUSED, mutated
from evals.tau.oracle import Task, World, refunds_twice, replay

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "tau_retail"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the retail benchmark is not here")

REASONS = {
    "wrong_status": "status",
    "other_customers_order": "unknown order",
    "other_customers_profile": "unknown user",
    "unknown_order": "unknown order",
    "gift_card_too_poor_for_payment": "balance",
    "gift_card_too_poor_for_difference": "balance",
    "unavailable_variant": "variant",
    "other_products_variant": "variant",
    "same_variant_unavailable": "variant",
    "unequal_lists": "unequal lists",
    "item_not_in_order": "item not in order",
    "too_many_of_an_item": "item not in order",
    "foreign_payment_method": "payment method",
    "payment_to_same_method": "same method",
    "return_to_third_method": "refund method",
    "unknown_reason": "cancel reason",
    "repeated_change": "status",
    "repeated_payment_change": "payment history",
    "exchange_after_return": "status",
    "return_after_exchange": "status",
    "cancel_after_item_change": "status",
    "edit_after_item_change": "status",
    "edit_after_cancel": "status",
}


def _load(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def world() -> World:
    return {section: _load(section) for section in ("users", "orders", "products")}


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    loaded: list[Task] = _load("tasks")
    return loaded


@pytest.fixture(scope="module")
def mutations(world: World, tasks: list[Task]) -> list[Task]:
    return mutated(world, tasks)


def test_the_kinds_are_spread_evenly(mutations: list[Task]) -> None:
    counts = Counter(task["mutation"] for task in mutations)
    assert len(mutations) == 500
    assert set(counts) == set(KINDS)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_the_seed_decides(world: World, tasks: list[Task], mutations: list[Task]) -> None:
    assert mutated(world, tasks, 40) == mutations[:40]
    assert mutated(world, tasks, 40, seed=1) != mutations[:40]


def test_making_them_leaves_the_world_and_the_tasks_as_they_are(world: World, tasks: list[Task]) -> None:
    before = json.dumps([world, tasks])
    mutated(world, tasks, 100, seed=2)
    assert json.dumps([world, tasks]) == before


def test_no_two_are_alike(mutations: list[Task]) -> None:
    assert len({json.dumps([task["user_id"], task["actions"]]) for task in mutations}) == len(mutations)
    assert len({task["id"] for task in mutations}) == len(mutations)


def test_a_refused_kind_is_refused_for_its_reason(mutations: list[Task]) -> None:
    for task in mutations:
        if task["mutation"] in REFUSED:
            assert not all(task["allowed"]), task["id"]
        if task["mutation"] in REASONS:
            assert REASONS[task["mutation"]] in task["reasons"], task["id"]


def test_an_allowed_kind_changes_something(mutations: list[Task]) -> None:
    for task in mutations:
        if task["mutation"] in ALLOWED:
            assert any(task["allowed"]), task["id"]
            assert task["expected"], task["id"]


def test_what_is_expected_is_what_the_oracle_finds(world: World, mutations: list[Task]) -> None:
    for task in mutations:
        outcomes, found = replay(world, task["user_id"], task["actions"])
        assert found == task["expected"], task["id"]
        assert [outcome.allowed for outcome in outcomes] == task["allowed"], task["id"]


def test_the_rest_goes_on_after_a_refusal(mutations: list[Task]) -> None:
    for task in mutations:
        if task["mutation"] in ("refused_in_the_middle", "corrected_after_refusal"):
            assert True in task["allowed"][task["allowed"].index(False) :], task["id"]


def test_none_cancels_an_order_after_a_payment_change(world: World, mutations: list[Task]) -> None:
    for task in mutations:
        assert not refunds_twice(task["actions"], replay(world, task["user_id"], task["actions"]).outcomes), task["id"]
