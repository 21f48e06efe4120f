"""Ninety whole conversations, written by somebody who did not know the code, over the real websocket."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from evals.conversations import Result, run

SCRIPTS = json.loads((Path(__file__).parent / "scripts.json").read_text(encoding="utf-8"))
EXPECTED = 80


@pytest.fixture(scope="module")
def results(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """How every conversation went; held once."""
    data = shutil.copytree(learnt, tmp_path_factory.mktemp("conversations") / "data")
    return asyncio.run(run(SCRIPTS, data, show=False))


def test_most_conversations_end_as_a_good_clerk_would_end_them(results: list[Result]) -> None:
    wrong = {each.id: each.wrong for each in results if each.wrong}
    assert len(results) == len(SCRIPTS) == 90
    assert len(results) - len(wrong) >= EXPECTED, wrong


def test_no_conversation_changes_anything_that_was_not_asked_for(results: list[Result]) -> None:
    assert {each.id: each.excess for each in results if each.excess} == {}
