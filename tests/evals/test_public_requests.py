"""The table of public cases speaks of procedures that there are."""

from pathlib import Path

from evals.public_requests import CASES, OURS, main
from knowledge.playbook import Playbook

PROCEDURES = Path(__file__).parent.parent.parent / "knowledge" / "procedures"


def test_every_case_names_procedures_that_there_are() -> None:
    known = set(Playbook.load(PROCEDURES).procedures)
    named = set().union(*(allowed for _, allowed in CASES.values()), *OURS.values())
    assert named <= known, named - known


def test_a_folder_without_the_sets_is_refused(tmp_path: Path) -> None:
    assert main(["--data", str(tmp_path)]) == 2
