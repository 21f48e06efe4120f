"""Conversations are counted by what they changed, and a change nobody wanted is seen."""

from pathlib import Path
from typing import Any

from evals.tau.conversations import Results, Talked, write_transcripts
from evals.tau.customer import Transcript, Turn, Wish, World
from evals.tau.customer.wish import Case
from tests.evals.tau.test_replay import INES, cancel

DIFFERENCE: dict[str, dict[str, dict[str, Any]]] = {
    "orders": {"#W1001": {"status": {"before": "pending", "after": "cancelled"}}}
}


def _talked(
    world_folder: Path,
    actual: dict[str, dict[str, dict[str, Any]]],
    done: list[tuple[str, str]],
    words: str = "Cancel it.",
    seed: int = 0,
) -> Talked:
    world = World.load(world_folder)
    wish = Wish("one", world.users[INES], (), world)
    case = Case("one", "train", INES, wish, (cancel("#W1001"),))
    parts = [{"kind": kind, "order_number": number, "done": True} for kind, number in done]
    turns = (
        Turn("customer", words),
        Turn("assistant", "Done.", receipts=({"sentence": "Done.", "parts": parts},), ms=12.0),
    )
    return Talked(case, Transcript("one", seed, turns, "done"), DIFFERENCE, actual)


def test_what_was_wanted_is_no_extra(world_folder: Path) -> None:
    talked = _talked(world_folder, DIFFERENCE, [("cancel_order", "#W1001")])
    assert talked.equal
    assert talked.extra == []


def test_another_order_is_an_extra(world_folder: Path) -> None:
    talked = _talked(world_folder, DIFFERENCE, [("cancel_order", "#W1001"), ("cancel_order", "#W1005")])
    assert talked.extra == ["cancel #W1005"]


def test_other_values_are_an_extra(world_folder: Path) -> None:
    other: dict[str, dict[str, dict[str, Any]]] = {
        "orders": {"#W1001": {"status": {"before": "pending", "after": "return requested"}}}
    }
    talked = _talked(world_folder, other, [("cancel_order", "#W1001")])
    assert talked.extra == ["other values #W1001"]
    assert talked.cause == "changed what nobody wanted"


def test_nothing_done_is_a_failure_and_no_extra(world_folder: Path) -> None:
    talked = _talked(world_folder, {}, [])
    assert not talked.equal
    assert talked.extra == []
    assert "nothing changed" in talked.cause


def test_the_last_line_counts_the_tasks(world_folder: Path) -> None:
    results = Results([_talked(world_folder, DIFFERENCE, []), _talked(world_folder, {}, [], seed=1)])
    assert results.lines()[-1] == "talk: 1/2"
    assert "tasks with one write: 1/2 50.0%" in results.lines()


def test_the_digest_tells_two_runs_apart_by_a_word(world_folder: Path) -> None:
    one, again, other = (
        Results([_talked(world_folder, {}, [], words)]).digest() for words in ("Stop it.", "Stop it.", "Stop it!")
    )
    assert one == again != other


def test_numbers_drawn_at_random_make_no_difference(world_folder: Path) -> None:
    one, other = (
        Results([_talked(world_folder, {}, [], f"Is R-{number} open?")]).digest() for number in (11112222, 33334444)
    )
    assert one == other


def test_failures_are_named_so_in_the_folder(world_folder: Path, tmp_path: Path) -> None:
    write_transcripts(tmp_path / "out", [_talked(world_folder, {}, []), _talked(world_folder, DIFFERENCE, [], seed=1)])
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["failed-one-0.txt", "one-1.txt"]
