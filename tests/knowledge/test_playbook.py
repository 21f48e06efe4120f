"""Procedures as files: what is wrong in one is named by file, line and field; those shipped are right."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from agents.roster import SPECIALISTS
from agents.specialist import check_playbook, tools_of
from commerce.policies.service import PolicyBook
from core.errors import SettingsError
from knowledge.playbook import Playbook, Procedure
from tools.registry import TOOLS

PROCEDURES = Path(__file__).parent.parent.parent / "knowledge" / "procedures"
SHIPPED = Playbook.load(PROCEDURES)
GOOD = """id: lamp_care
specialist: service
purpose: "Tell how a lamp is cleaned."
examples: ["clean my lamp", "lamp care", "dirty lamp", "how to clean it", "wipe the lamp"]
slots:
  which:
    kind: choice
    ask: ["Which lamp?"]
    choices: {head: ["headlamp"], table: ["table lamp"]}
steps:
  - need: which
  - call: find_policy
    args: {question: "which ~ ' care'"}
    keep: found
  - when: "found.found"
    then:
      - say: ["{{ found.passages[0].text }}"]
"""


def _load(folder: Path, text: str, name: str = "lamp_care.yaml") -> Playbook:
    (folder / name).write_text(text, encoding="utf-8")
    return Playbook.load(folder)


def test_a_good_file_loads(tmp_path: Path) -> None:
    procedure = _load(tmp_path, GOOD)["lamp_care"]
    assert procedure.tools == {"find_policy"}
    assert len(list(procedure.walk())) == 4


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("need: which", "need: what", 11, "need: the slot 'what' is not declared under slots"),
        ("{{ found.passages[0].text }}", "{{ found.passages[0].text", 17, "say: not a template"),
        ("{{ found.passages[0].text }}", "{{ found.text | shout }}", 17, "say: not a template"),
        ('when: "found.found"', 'when: "found.found =="', 15, "when: not an expression"),
        ("which ~ ' care'", "which ~", 13, "args: not an expression"),
        ("- need: which", "- {need: which, call: find_policy}", 11, "a step has exactly one of take, need, call"),
        ("- need: which", "- {}", 11, "a step has exactly one of take, need, call"),
        ("kind: choice", "kind: text", 6, "a slot of kind choice, and no other, has choices"),
        ("kind: choice", "kind: shape", 7, "slots.which.kind"),
        ("specialist: service", "specialst: service", 2, "specialst: Extra inputs are not permitted"),
        ("id: lamp_care", "id: Lamp Care", 1, "id: String should match pattern"),
        (
            '"dirty lamp", "how to clean it", "wipe the lamp"',
            '"dirty lamp"',
            4,
            "examples: List should have at least 5",
        ),
        ("purpose: ", "purpose: [", 4, "not valid YAML"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(
    tmp_path: Path, right: str, wrong: str, line: int, says: str
) -> None:
    assert right in GOOD
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, GOOD.replace(right, wrong))
    assert str(caught.value).startswith(f"{tmp_path / 'lamp_care.yaml'}:{line}: ")
    assert says in str(caught.value)


def test_a_file_that_is_no_mapping_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"lamp_care\.yaml:1: a procedure is a YAML mapping"):
        _load(tmp_path, "- a\n- b\n")


def test_going_on_with_a_procedure_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"lamp_care\.yaml:11: start: no procedure 'polish'"):
        _load(tmp_path, GOOD.replace("- need: which", "- start: polish"))


def test_the_file_is_named_where_it_is_not_called_like_its_procedure(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"lamps\.yaml:11: start: no procedure 'polish'"):
        _load(tmp_path, GOOD.replace("- need: which", "- start: polish"), "lamps.yaml")


def test_an_id_that_stands_in_two_files_is_named(tmp_path: Path) -> None:
    _load(tmp_path, GOOD)
    with pytest.raises(SettingsError, match=r"lamps\.yaml:1: id: another file already has the procedure 'lamp_care'"):
        _load(tmp_path, GOOD, "lamps.yaml")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no procedure files"):
        Playbook.load(tmp_path)


def test_a_tool_that_does_not_exist_is_named(tmp_path: Path) -> None:
    book = _load(tmp_path, GOOD.replace("call: find_policy", "call: polish_lamp"))
    with pytest.raises(SettingsError, match="procedure lamp_care: call: there is no tool 'polish_lamp'"):
        check_playbook(book, SPECIALISTS)


def test_a_specialist_that_does_not_exist_is_named(tmp_path: Path) -> None:
    book = _load(tmp_path, GOOD.replace("specialist: service", "specialist: lamps"))
    with pytest.raises(SettingsError, match="procedure lamp_care: specialist: there is no 'lamps'"):
        check_playbook(book, SPECIALISTS)


def test_the_policies_reasons_are_offered_with_the_procedures_own_words(tmp_path: Path) -> None:
    text = GOOD.replace("kind: choice", "kind: choice\n    reasons_of: lamps")
    book = _load(tmp_path, text).with_reasons({"lamps": {"head": "worn on the head", "desk": "for a desk"}})
    assert book["lamp_care"].slots["which"].choices == {
        "head": ["Worn on the head", "headlamp"],
        "desk": ["For a desk"],
    }


@pytest.mark.parametrize(("field", "optional"), [("", False), ("\n    optional: true", True)])
def test_a_reason_that_policy_demands_is_asked_for_unless_the_procedure_can_do_without(
    tmp_path: Path, field: str, optional: bool
) -> None:
    text = GOOD.replace("kind: choice", f"kind: choice\n    reasons_of: lamps{field}")
    book = _load(tmp_path, text).with_reasons({"lamps": {"head": "worn on the head"}}, {"lamps"})
    assert book["lamp_care"].slots["which"].optional is optional


def test_the_fingerprint_follows_the_examples_alone(tmp_path: Path) -> None:
    before = _load(tmp_path, GOOD).fingerprint
    assert _load(tmp_path, GOOD.replace("Which lamp?", "Which one?")).fingerprint == before
    assert _load(tmp_path, GOOD.replace("wipe the lamp", "dust the lamp")).fingerprint != before


@pytest.fixture(params=list(SHIPPED), ids=lambda each: each.id)
def procedure(request: pytest.FixtureRequest) -> Procedure:
    """Each procedure that comes with the shop."""
    found: Procedure = request.param
    return found


def test_a_shipped_procedure_calls_tools_there_are(procedure: Procedure) -> None:
    assert procedure.tools <= TOOLS.keys()


def test_a_shipped_procedure_gives_its_tools_arguments_they_have(procedure: Procedure) -> None:
    for step in procedure.walk():
        if step.call:
            schema = convert_to_openai_tool(TOOLS[step.call])["function"]["parameters"]
            assert step.args.keys() <= schema.get("properties", {}).keys(), step.call
            assert set(schema.get("required", [])) <= step.args.keys(), step.call


def test_a_shipped_procedure_cites_clauses_there_are(procedure: Procedure, policies: PolicyBook) -> None:
    for clause in procedure.clauses:
        assert policies.clause(clause, date(2026, 4, 15)).id == clause


def test_a_shipped_procedure_is_asked_for_in_many_ways(procedure: Procedure) -> None:
    assert len({example.casefold() for example in procedure.examples}) == len(procedure.examples)
    assert len(procedure.examples) >= 20


def test_a_shipped_procedure_can_ask_for_what_it_needs(procedure: Procedure) -> None:
    for name, slot in procedure.slots.items():
        assert slot.ask or slot.default or slot.kind in ("product", "text"), name


def test_a_shipped_file_is_called_like_its_procedure(procedure: Procedure) -> None:
    assert (PROCEDURES / f"{procedure.id}.yaml").exists()


def test_no_example_stands_in_two_procedures() -> None:
    counts = Counter(" ".join(example.casefold().split()) for each in SHIPPED for example in each.examples)
    assert [example for example, count in counts.items() if count > 1] == []


def test_every_specialist_has_procedures_and_their_tools() -> None:
    check_playbook(SHIPPED, SPECIALISTS)
    for specialist in SPECIALISTS.values():
        assert SHIPPED.of(specialist.name)
        assert "talk_to_person" in tools_of(specialist, SHIPPED)
