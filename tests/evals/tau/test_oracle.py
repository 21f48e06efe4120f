"""The oracle agrees with the retail benchmark and refuses what its rules refuse."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from evals.tau.oracle import Action, Refusal, World, difference, perform, refunds_twice, replay, same

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "tau_retail"
ADDRESS = {
    "address1": "1 Elm Street",
    "address2": "",
    "city": "Austin",
    "state": "TX",
    "country": "USA",
    "zip": "78701",
}


def _line(item_id: str, price: float, product_id: str = "lamp") -> dict[str, Any]:
    return {
        "name": product_id,
        "product_id": product_id,
        "item_id": item_id,
        "price": price,
        "options": {"id": item_id},
    }


def _variant(item_id: str, price: float, available: bool = True) -> dict[str, Any]:
    return {"item_id": item_id, "price": price, "available": available, "options": {"id": item_id}}


def _order(order_id: str, user_id: str, status: str, method_id: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    amount = round(sum(line["price"] for line in lines), 2)
    paid = {"transaction_type": "payment", "amount": amount, "payment_method_id": method_id}
    history = [paid] if status != "cancelled" else [paid, paid | {"transaction_type": "refund"}]
    address = ADDRESS | {"zip": "10001"}
    return {
        "order_id": order_id,
        "user_id": user_id,
        "address": address,
        "items": lines,
        "status": status,
        "payment_history": history,
    }


@pytest.fixture
def world() -> World:
    """Two customers; Ann has a pending and a delivered order by card, and a pending one by gift card."""
    lines = [_line("L1", 10.0), _line("L2", 20.0), _line("T1", 5.5, "tent"), _line("L1", 10.0)]
    methods = {
        "card": {"id": "card", "source": "credit_card"},
        "paypal": {"id": "paypal", "source": "paypal"},
        "gift": {"id": "gift", "source": "gift_card", "balance": 12.34},
    }
    orders = [
        _order("#P", "ann", "pending", "card", copy.deepcopy(lines)),
        _order("#G", "ann", "pending", "gift", [_line("T1", 5.5, "tent")]),
        _order("#D", "ann", "delivered", "card", copy.deepcopy(lines)),
        _order("#C", "ann", "cancelled", "card", copy.deepcopy(lines)),
        _order("#B", "bob", "pending", "bobs", copy.deepcopy(lines)),
    ]
    lamps = [_variant("L1", 10.0), _variant("L2", 20.0, False), _variant("L3", 10.1), _variant("L4", 40.0)]
    tents = [_variant("T1", 5.5), _variant("T2", 5.5), _variant("T3", 17.84), _variant("T4", 17.85)]
    return {
        "users": {
            "ann": {"address": ADDRESS | {"zip": "10001"}, "payment_methods": methods},
            "bob": {"address": ADDRESS, "payment_methods": {"bobs": {"id": "bobs", "source": "paypal"}}},
        },
        "orders": {order["order_id"]: order for order in orders},
        "products": {
            "lamp": {"variants": {variant["item_id"]: variant for variant in lamps}},
            "tent": {"variants": {variant["item_id"]: variant for variant in tents}},
        },
    }


def cancel(order_id: str, reason: str = "no longer needed") -> Action:
    return {"name": "cancel_pending_order", "arguments": {"order_id": order_id, "reason": reason}}


def pay(order_id: str, method_id: str) -> Action:
    arguments = {"order_id": order_id, "payment_method_id": method_id}
    return {"name": "modify_pending_order_payment", "arguments": arguments}


def swap(order_id: str, swaps: list[tuple[str, str]], method_id: str = "card", delivered: bool = False) -> Action:
    old, new = [old for old, _ in swaps], [new for _, new in swaps]
    arguments = {"order_id": order_id, "item_ids": old, "new_item_ids": new, "payment_method_id": method_id}
    return {
        "name": "exchange_delivered_order_items" if delivered else "modify_pending_order_items",
        "arguments": arguments,
    }


def give_back(order_id: str, item_ids: list[str], method_id: str = "card") -> Action:
    arguments = {"order_id": order_id, "item_ids": item_ids, "payment_method_id": method_id}
    return {"name": "return_delivered_order_items", "arguments": arguments}


def move(order_id: str) -> Action:
    return {"name": "modify_pending_order_address", "arguments": {"order_id": order_id, **ADDRESS}}


def move_home(user_id: str) -> Action:
    return {"name": "modify_user_address", "arguments": {"user_id": user_id, **ADDRESS}}


@pytest.mark.skipif(not DATA.is_dir(), reason="the retail benchmark is not here")
def test_every_task_changes_what_the_benchmark_expects() -> None:
    loaded = {path.stem: json.loads(path.read_text()) for path in DATA.glob("*.json")}
    world = {section: loaded[section] for section in ("users", "orders", "products")}
    expected = {entry["id"]: entry["db_diff"] for entry in loaded["expected_db_diffs"]}
    wrong = [
        task["id"]
        for task in loaded["tasks"]
        if not same(expected[task["id"]], replay(world, task["user_id"], task["actions"]).difference)
    ]
    assert len(loaded["tasks"]) == 520
    assert wrong == []


@pytest.mark.parametrize(
    ("action", "refusal"),
    [
        (cancel("#B"), Refusal.UNKNOWN_ORDER),
        (cancel("#nowhere"), Refusal.UNKNOWN_ORDER),
        (cancel("#D"), Refusal.STATUS),
        (cancel("#P", "too dear"), Refusal.CANCEL_REASON),
        (move("#C"), Refusal.STATUS),
        (move("#B"), Refusal.UNKNOWN_ORDER),
        (move_home("bob"), Refusal.UNKNOWN_USER),
        (pay("#P", "card"), Refusal.SAME_METHOD),
        (pay("#P", "bobs"), Refusal.PAYMENT_METHOD),
        (pay("#P", "gift"), Refusal.BALANCE),
        (swap("#P", [("L9", "L3")]), Refusal.ITEM),
        (swap("#P", [("L1", "L3")] * 3), Refusal.ITEM),
        (swap("#P", [("L1", "T2")]), Refusal.VARIANT),
        (swap("#P", [("L2", "L2")]), Refusal.VARIANT),
        (swap("#P", [("L1", "L3")], "bobs"), Refusal.PAYMENT_METHOD),
        (swap("#P", [("T1", "T4")], "gift"), Refusal.BALANCE),
        (swap("#D", [("T1", "T4")], "gift", delivered=True), Refusal.BALANCE),
        (swap("#P", [("T1", "T2")], delivered=True), Refusal.STATUS),
        (give_back("#D", ["L1"], "paypal"), Refusal.REFUND_METHOD),
        (give_back("#D", ["L1"], "bobs"), Refusal.PAYMENT_METHOD),
        (give_back("#D", ["L1"] * 3), Refusal.ITEM),
        (give_back("#P", ["L1"]), Refusal.STATUS),
    ],
)
def test_a_refused_action_changes_nothing(world: World, action: Action, refusal: Refusal) -> None:
    before = copy.deepcopy(world)
    assert perform(world, "ann", action) == (False, refusal)
    assert world == before


def test_lists_of_unequal_length_are_refused(world: World) -> None:
    action = swap("#P", [("L1", "L3")])
    action["arguments"]["new_item_ids"] = ["L3", "L4"]
    assert perform(world, "ann", action) == (False, Refusal.LENGTHS)


def test_cancelling_refunds_the_gift_card_at_once(world: World) -> None:
    assert perform(world, "ann", cancel("#G")).allowed
    assert world["users"]["ann"]["payment_methods"]["gift"]["balance"] == 17.84
    assert world["orders"]["#G"]["payment_history"][-1]["transaction_type"] == "refund"


def test_a_payment_change_charges_the_new_method_before_it_refunds_the_old(world: World) -> None:
    assert perform(world, "ann", pay("#G", "paypal")).allowed
    kinds = [
        (entry["transaction_type"], entry["payment_method_id"]) for entry in world["orders"]["#G"]["payment_history"]
    ]
    assert kinds == [("payment", "gift"), ("payment", "paypal"), ("refund", "gift")]
    assert world["users"]["ann"]["payment_methods"]["gift"]["balance"] == 17.84
    assert perform(world, "ann", pay("#G", "card")) == (False, Refusal.HISTORY)


def test_each_swapped_line_gets_its_own_variant(world: World) -> None:
    assert perform(world, "ann", swap("#P", [("L1", "L3"), ("T1", "T2"), ("L1", "L4")])).allowed
    order = world["orders"]["#P"]
    assert [(line["item_id"], line["price"]) for line in order["items"]] == [
        ("L3", 10.1),
        ("L2", 20.0),
        ("T2", 5.5),
        ("L4", 40.0),
    ]
    assert order["payment_history"][-1] == {
        "transaction_type": "payment",
        "amount": 30.1,
        "payment_method_id": "card",
    }


def test_a_gift_card_pays_a_difference_to_its_last_cent(world: World) -> None:
    assert perform(world, "ann", swap("#P", [("T1", "T3")], "gift")).allowed
    assert world["users"]["ann"]["payment_methods"]["gift"]["balance"] == 0


@pytest.mark.parametrize("action", [cancel("#P"), move("#P"), pay("#P", "paypal"), swap("#P", [("L2", "L3")])])
def test_nothing_more_may_be_done_after_an_item_change(world: World, action: Action) -> None:
    assert perform(world, "ann", swap("#P", [("T1", "T2")])).allowed
    assert perform(world, "ann", action) == (False, Refusal.STATUS)


def test_an_exchange_moves_no_money_and_blocks_a_return(world: World) -> None:
    outcomes, found = replay(
        world, "ann", [swap("#D", [("L2", "L4"), ("L1", "L3")], "paypal", delivered=True), give_back("#D", ["T1"])]
    )
    assert [outcome.reason for outcome in outcomes] == ["", Refusal.STATUS]
    after = {field: change["after"] for field, change in found["orders"]["#D"].items()}
    assert after == {
        "status": "exchange requested",
        "exchange_items": ["L1", "L2"],
        "exchange_new_items": ["L3", "L4"],
        "exchange_payment_method_id": "paypal",
        "exchange_price_difference": 20.1,
    }


def test_a_return_to_a_gift_card_books_no_refund_yet(world: World) -> None:
    found = replay(world, "ann", [give_back("#D", ["T1", "L1", "L1"], "gift")]).difference
    assert found.keys() == {"orders"}
    assert found["orders"]["#D"]["return_items"] == {"before": None, "after": ["L1", "L1", "T1"]}


def test_reading_changes_nothing_and_an_unknown_tool_is_an_error(world: World) -> None:
    assert replay(world, "ann", [{"name": "get_user_details", "arguments": {"user_id": "ann"}}]).difference == {}
    with pytest.raises(ValueError, match="no such tool"):
        perform(world, "ann", {"name": "refund_everything", "arguments": {}})


def test_a_replay_leaves_the_world_as_it_is(world: World) -> None:
    before = copy.deepcopy(world)
    found = replay(world, "ann", [cancel("#G"), move_home("ann")]).difference
    assert world == before
    for action in (cancel("#G"), move_home("ann")):
        perform(world, "ann", action)
    assert difference(before, world) == found


def test_cancelling_after_a_payment_change_refunds_every_line(world: World) -> None:
    actions = [pay("#P", "paypal"), cancel("#P")]
    outcomes, found = replay(world, "ann", actions)
    assert [line["transaction_type"] for line in found["orders"]["#P"]["payment_history"]["after"][3:]] == [
        "refund"
    ] * 3
    assert refunds_twice(actions, outcomes)
    assert not refunds_twice(actions[::-1], replay(world, "ann", actions[::-1]).outcomes)


def test_a_line_over_nothing_counts_as_absent_and_a_cent_counts(world: World) -> None:
    found = replay(world, "ann", [swap("#P", [("T1", "T2")])]).difference
    without = copy.deepcopy(found)
    del without["orders"]["#P"]["payment_history"]
    assert same(found, without)
    assert same(without, found)
    charged = replay(world, "ann", [swap("#P", [("L1", "L3")])]).difference
    dearer, tail = copy.deepcopy(charged), copy.deepcopy(charged)
    dearer["orders"]["#P"]["payment_history"]["after"][-1]["amount"] += 0.01
    tail["orders"]["#P"]["payment_history"]["after"][-1]["amount"] += 1e-12
    assert same(charged, tail)
    assert not same(charged, dearer)
    assert not same(charged, {})
