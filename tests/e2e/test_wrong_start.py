"""Starts that must not succeed: the message says what is wrong, and where."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.process import ROOT, ShopProcess


def edited(folder: str, to: Path, file: str, old: str, new: str) -> tuple[Path, int]:
    """A copy of a folder of the shop with a mistake in it, and the line of the mistake."""
    copy = Path(shutil.copytree(ROOT / "knowledge" / folder, to / folder))
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy, text[: text.index(old)].count("\n") + 1


@dataclass(frozen=True)
class Refusal:
    """What came of a start that must fail."""

    code: int
    message: str
    line: int = 0
    """Where the mistake is."""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Refusal]:
    """Every wrong start; they are tried side by side."""
    folder = tmp_path_factory.mktemp("wrong")
    policies, in_policy = edited("policies", folder, "returns.md", "window_days: 30", "window_days: thirty")
    procedures, in_procedure = edited(
        "procedures", folder, "cancel_order.yaml", "specialist: service", "specialist: [nobody]"
    )
    wrong: dict[str, tuple[int, dict[str, str | Path]]] = {
        "policy": (in_policy, {"policies": policies}),
        "procedure": (in_procedure, {"procedures": procedures}),
        "setting": (0, {"shop": "toys", "torch_threads": "many"}),
    }
    processes = {
        name: (line, ShopProcess(folder / name, folder / f"{name}.log", **given))
        for name, (line, given) in wrong.items()
    }
    for _, process in processes.values():
        process.launch()
    return {name: Refusal(process.exit_code(), process.log, line) for name, (line, process) in processes.items()}


def test_a_mistake_in_a_policy_is_named_with_file_line_and_field(refusals: dict[str, Refusal]) -> None:
    refused = refusals["policy"]
    assert refused.code == 1
    assert re.search(rf"returns\.md(:|, line ){refused.line}\b.*window_days", refused.message)
    assert "Traceback" not in refused.message


def test_a_mistake_in_a_procedure_is_named_with_file_line_and_field(refusals: dict[str, Refusal]) -> None:
    refused = refusals["procedure"]
    assert refused.code == 1
    assert re.search(rf"cancel_order\.yaml(:|, line ){refused.line}\b.*specialist", refused.message)
    assert "Traceback" not in refused.message


def test_a_wrong_setting_is_named_by_its_variable(refusals: dict[str, Refusal]) -> None:
    refused = refusals["setting"]
    assert refused.code == 1
    assert "STOREWRIGHT_SHOP" in refused.message
    assert "STOREWRIGHT_TORCH_THREADS" in refused.message
    assert "Traceback" not in refused.message


def test_a_second_process_on_a_folder_is_refused_and_the_first_goes_on(shop: ShopProcess, tmp_path: Path) -> None:
    second = ShopProcess(shop.data, tmp_path / "log")
    second.launch()
    assert second.exit_code() == 1
    assert str(shop.data) in second.log
    assert "Traceback" not in second.log
    with shop.http() as http:
        assert http.get("/readyz").json()["status"] == "ready"
    assert (shop.data / "server.json").exists()
