"""What a task's actions change in the shop is what the benchmark's own semantics say they change."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.tau import oracle
from evals.tau.__main__ import main
from evals.tau.perform import perform_all
from evals.tau.replay import outcome
from evals.tau.shop import Pristine, read_documents
from tests.ingest.retail_world.files import AWAY, World, small_world

INES, TOM = "ines_moreau_1", "tom_berg_2"
BENCHMARK = Path(__file__).parents[4] / "shared" / "data" / "tau_retail"


def act(name: str, **arguments: Any) -> dict[str, Any]:
    """A call as the benchmark writes it."""
    return {"name": name, "arguments": arguments}


def cancel(number: str, reason: str = "no longer needed") -> dict[str, Any]:
    """A cancellation."""
    return act("cancel_pending_order", order_id=number, reason=reason)


def swap(name: str, number: str, old: list[str], new: list[str], method: str) -> dict[str, Any]:
    """Items for other items."""
    return act(name, order_id=number, item_ids=old, new_item_ids=new, payment_method_id=method)


SEQUENCES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "cancelled": (INES, [cancel("#W1001", "ordered by mistake")]),
    "cancelled twice": (INES, [cancel("#W1001"), cancel("#W1001")]),
    "cancelled for an unknown reason": (INES, [cancel("#W1001", "too slow")]),
    "cancelled when it is late": (INES, [cancel("#W1003")]),
    "somebody else's cancelled": (TOM, [cancel("#W1001")]),
    "an unknown order": (TOM, [cancel("#W9999")]),
    "address": (TOM, [act("modify_pending_order_address", order_id="#W1005", **AWAY | {"city": "Bend"})]),
    "own address": (TOM, [act("modify_user_address", user_id=TOM, **AWAY | {"city": "Bend"})]),
    "somebody else's address": (TOM, [act("modify_user_address", user_id=INES, **AWAY)]),
    "payment too poor": (
        INES,
        [act("modify_pending_order_payment", order_id="#W1001", payment_method_id="gift_card_5120")],
    ),
    "one of two equal items": (
        INES,
        [swap("modify_pending_order_items", "#W1001", ["101"], ["102"], "gift_card_5120")],
    ),
    "both equal items": (
        INES,
        [swap("modify_pending_order_items", "#W1001", ["101", "101"], ["102", "102"], "credit_card_1")],
    ),
    "cheaper, to a gift card": (
        INES,
        [swap("modify_pending_order_items", "#W1001", ["201"], ["202"], "gift_card_5120")],
    ),
    "items twice, then cancelled": (
        INES,
        [
            swap("modify_pending_order_items", "#W1001", ["201"], ["202"], "credit_card_1"),
            swap("modify_pending_order_items", "#W1001", ["101"], ["102"], "credit_card_1"),
            cancel("#W1001"),
        ],
    ),
    "an item that is not available": (
        INES,
        [swap("modify_pending_order_items", "#W1001", ["101"], ["103"], "credit_card_1")],
    ),
    "another product": (INES, [swap("modify_pending_order_items", "#W1001", ["101"], ["201"], "credit_card_1")]),
    "lists of unequal length": (
        INES,
        [swap("modify_pending_order_items", "#W1001", ["101", "201"], ["102"], "credit_card_1")],
    ),
    "returned": (
        INES,
        [
            act(
                "return_delivered_order_items",
                order_id="#W1002",
                item_ids=["202"],
                payment_method_id="gift_card_5120",
            )
        ],
    ),
    "returned to another card": (
        INES,
        [act("return_delivered_order_items", order_id="#W1002", item_ids=["202"], payment_method_id="credit_card_1")],
    ),
    "returned, then exchanged": (
        INES,
        [
            act(
                "return_delivered_order_items",
                order_id="#W1002",
                item_ids=["102", "202"],
                payment_method_id="gift_card_5120",
            ),
            swap("exchange_delivered_order_items", "#W1002", ["202"], ["201"], "credit_card_1"),
        ],
    ),
    "exchanged": (INES, [swap("exchange_delivered_order_items", "#W1002", ["202"], ["201"], "gift_card_5120")]),
    "exchanged with too poor a gift card": (
        INES,
        [
            swap(
                "exchange_delivered_order_items",
                "#W1002",
                ["202", "102"],
                ["201", "101"],
                "gift_card_0",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
async def test_the_shop_changes_what_the_benchmark_changes(name: str, pristine: Pristine, world_folder: Path) -> None:
    user_id, actions = SEQUENCES[name]
    right = oracle.replay(read_documents(world_folder), user_id, actions)  # type: ignore[arg-type]
    task = {"id": name, "user_id": user_id, "actions": actions}
    came = await outcome(pristine, task, right.difference)
    assert [each.allowed for each in came.done] == [each.allowed for each in right.outcomes]
    assert came.equal, (came.expected, came.actual, came.done)


async def test_one_task_leaves_nothing_to_the_next(pristine: Pristine) -> None:
    for _ in range(2):
        async with pristine.copy() as world:
            (done,) = await perform_all(world, INES, [cancel("#W1001")])
            assert done.allowed


def _files(world: World, folder: Path, expected: dict[str, Any]) -> list[str]:
    tasks = [{"id": "one", "user_id": INES, "actions": [cancel("#W1001")]}]
    (folder / "tasks.json").write_text(json.dumps(tasks))
    (folder / "expected.json").write_text(json.dumps([{"id": "one", "db_diff": expected}]))
    return ["replay", "--tasks", str(folder / "tasks.json"), "--expected", str(folder / "expected.json")]


def test_the_last_line_counts_and_failures_are_shown(
    world_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*_files(small_world(), tmp_path, {}), "--world", str(world_folder), "--json", str(tmp_path / "out.json")]
    assert main(command) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "one"
    assert told[-1] == "replay: 0/1 equal"
    assert json.loads((tmp_path / "out.json").read_text())["failures"][0]["id"] == "one"


def test_a_right_task_counts(world_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = oracle.replay(read_documents(world_folder), INES, [cancel("#W1001")])  # type: ignore[list-item]
    assert main([*_files(small_world(), tmp_path, right.difference), "--world", str(world_folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "replay: 1/1 equal"


def test_a_world_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*_files(small_world(), tmp_path, {}), "--world", str(tmp_path / "nowhere")]
    assert main(command) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="the benchmark's files are not here")
async def test_tasks_of_every_kind_in_the_benchmark_come_out_right(tmp_path: Path) -> None:
    tasks = json.loads((BENCHMARK / "tasks.json").read_text("utf-8"))
    right = {each["id"]: each["db_diff"] for each in json.loads((BENCHMARK / "expected_db_diffs.json").read_text())}
    pristine = await Pristine.load(BENCHMARK, tmp_path / "pristine.db")
    for task in tasks[::40]:
        assert (await outcome(pristine, task, right[task["id"]])).equal, task["id"]
