"""Starts that must not succeed: the message says what is wrong, and where."""

import shutil
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


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Exit code and message of every wrong start; they are tried side by side."""
    folder = tmp_path_factory.mktemp("wrong")
    policies, policy_line = edited("policies", folder, "returns.md", "window_days: 30", "window_days: thirty")
    procedures, procedure_line = edited("procedures", folder, "cancel_order.yaml", "specialist: ", "speciallist: ")
    assert (policy_line, procedure_line) != (0, 0)
    wrong: dict[str, dict[str, str | Path]] = {
        "policy": {"policies": policies},
        "procedure": {"procedures": procedures},
        "setting": {"shop": "toys", "torch_threads": "many"},
    }
    processes = {name: ShopProcess(folder / name, folder / f"{name}.log", **given) for name, given in wrong.items()}
    for process in processes.values():
        process.launch()
    return {name: (process.exit_code(), process.log) for name, process in processes.items()}


def line_of(folder: str, file: str, words: str) -> int:
    lines = (ROOT / "knowledge" / folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_a_mistake_in_a_policy_is_named_with_file_line_and_field(refused: dict[str, tuple[int, str]]) -> None:
    code, message = refused["policy"]
    assert code == 1
    assert f"returns.md:{line_of('policies', 'returns.md', 'window_days: 30')}" in message
    assert "window_days" in message
    assert "Traceback" not in message


def test_a_mistake_in_a_procedure_is_named_with_file_line_and_field(refused: dict[str, tuple[int, str]]) -> None:
    code, message = refused["procedure"]
    assert code == 1
    assert f"cancel_order.yaml:{line_of('procedures', 'cancel_order.yaml', 'specialist: ')}" in message
    assert "speciallist" in message
    assert "Traceback" not in message


def test_a_wrong_setting_is_named_by_its_variable(refused: dict[str, tuple[int, str]]) -> None:
    code, message = refused["setting"]
    assert code == 1
    assert "STOREWRIGHT_SHOP" in message
    assert "STOREWRIGHT_TORCH_THREADS" in message
    assert "Traceback" not in message


def test_a_second_process_on_a_folder_is_refused_and_the_first_goes_on(shop: ShopProcess, tmp_path: Path) -> None:
    second = ShopProcess(shop.data, tmp_path / "log")
    second.launch()
    assert second.exit_code() == 1
    assert str(shop.data) in second.log
    assert "Traceback" not in second.log
    with shop.http() as http:
        assert http.get("/readyz").json()["status"] == "ready"
    assert (shop.data / "server.json").exists()
