"""What clauses ask for: wordings nobody trained on, what no shop is asked for, and a confidence that can be trusted."""

import json
import pickle
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from knowledge.playbook import Playbook
from language.intents import Intents, foreign_examples
from language.text import is_courtesy
from language.understand import Understanding

HELD_OUT: dict[str, list[str]] = json.loads((Path(__file__).parent / "heldout.json").read_text(encoding="utf-8"))
ROWS = [(name, text) for name, texts in HELD_OUT.items() for text in texts]
FOLDS = 5


@pytest.fixture(scope="module")
def fresh(playbook: Playbook, understanding: Understanding) -> Understanding:
    """What reads messages, with no catalogue learnt: the procedures must fit any shop."""
    return Understanding(playbook, understanding.embedder)


def test_no_held_out_wording_is_trained_on(playbook: Playbook) -> None:
    examples = {example.lower() for each in playbook for example in each.examples}
    examples |= {example.lower() for example in foreign_examples()}
    assert not [text for _, text in ROWS if text.lower() in examples]


def test_nothing_is_foreign_and_a_procedure_at_once(playbook: Playbook) -> None:
    foreign = Counter(example.lower() for example in foreign_examples())
    assert [example for example, count in foreign.items() if count > 1] == []
    assert not foreign.keys() & {example.lower() for each in playbook for example in each.examples}


def test_wordings_nobody_trained_on_are_understood(fresh: Understanding) -> None:
    heard = [(name, text, fresh.read(text).requests) for name, text in ROWS]
    lost = [(name, text) for name, text, requests in heard if not requests]
    wrong = [(name, text) for name, text, requests in heard if name not in [each.best for each in requests]]
    assert len(lost) <= 0.03 * len(ROWS), lost
    assert len(wrong) <= 0.09 * len(ROWS), wrong


def test_every_procedure_is_understood_in_other_words(fresh: Understanding) -> None:
    for name, texts in HELD_OUT.items():
        right = sum(name in [each.best for each in fresh.read(text).requests] for text in texts)
        assert right >= 0.7 * len(texts), name


def _out_of_fold(playbook: Playbook, understanding: Understanding) -> list[tuple[bool, bool, float, bool]]:
    """Of each example read by what was trained without it: ours, taken as ours, confidence, right procedure."""
    rows = [(each.id, example) for each in playbook for example in each.examples]
    rows += [("", example) for example in foreign_examples()]
    told = []
    for fold in range(FOLDS):
        kept = [row for i, row in enumerate(rows) if i % FOLDS != fold]
        less = Playbook(
            [p.model_copy(update={"examples": [text for name, text in kept if name == p.id]}) for p in playbook]
        )
        intents = Intents(less, understanding.embedder, foreign=[text for name, text in kept if not name])
        tested = [row for i, row in enumerate(rows) if i % FOLDS == fold]
        readings = intents.read([text for _, text in tested])
        told += [
            (bool(name), reading.in_scope, reading.confidence, reading.best == name)
            for (name, _), reading in zip(tested, readings, strict=True)
        ]
    return told


def test_confidence_is_how_often_it_is_right(playbook: Playbook, understanding: Understanding) -> None:
    told = _out_of_fold(playbook, understanding)
    said, right = np.array([row[2] for row in told]), np.array([row[3] for row in told])
    edges = [0.0, 0.2, 0.4, 0.6, 0.8, 1.01]
    for low, high in pairwise(edges):
        inside = (said >= low) & (said < high)
        assert abs(said[inside].mean() - right[inside].mean()) <= 0.12, (low, high)
    assert np.mean([row[3] for row in told if row[0]]) >= 0.75
    assert np.mean([row[1] for row in told if not row[0]]) <= 0.12
    assert np.mean([row[1] for row in told if row[0]]) >= 0.9


def test_a_head_is_kept_between_starts_until_an_example_changes(
    playbook: Playbook, understanding: Understanding, tmp_path: Path
) -> None:
    first = Intents(playbook, understanding.embedder, tmp_path)
    assert Intents(playbook, understanding.embedder, tmp_path).read(["my boots"]) == first.read(["my boots"])
    assert len(list(tmp_path.iterdir())) == 1
    Intents(playbook, understanding.embedder, tmp_path, foreign=[*foreign_examples(), "feed the parrot"])
    assert len(list(tmp_path.iterdir())) == 2


def test_without_foreign_examples_requests_are_still_told_apart(
    playbook: Playbook, understanding: Understanding
) -> None:
    intents = Intents(playbook, understanding.embedder, foreign=[])
    assert intents.read(["cancel my order please"])[0].best == "cancel_order"


def test_readings_can_be_kept(fresh: Understanding) -> None:
    reading = fresh.intents.read(["where is my order"])[0]
    assert pickle.loads(pickle.dumps(reading)) == reading


@pytest.mark.parametrize(
    ("clause", "courtesy"),
    [
        ("Can you help me with that?", True),
        ("could you please assist with this", True),
        ("would somebody be able to help me out?", True),
        ("can you help me return a lamp?", False),
        ("Can you help me with the order", False),
        ("what can you help me with?", False),
    ],
)
def test_a_courtesy_is_no_request(clause: str, courtesy: bool) -> None:
    assert is_courtesy(clause) is courtesy


def test_a_courtesy_beside_a_request_is_not_taken_up(fresh: Understanding) -> None:
    heard = fresh.read("I'd like to return the lamp I received. Could you help me with that?")
    assert [each.best for each in heard.requests] == ["return_items"]
    assert fresh.read("Could you help me with that?").requests
