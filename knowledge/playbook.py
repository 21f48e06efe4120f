"""Procedures: one file for each thing people ask for. It drives the embedded model and guides any other.

A file states what the procedure is for, how people ask for it, what must be known (slots) and what is done
(steps). See `docs/procedures.md` for the format.
"""

from collections.abc import Container, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import SettingsError
from knowledge.templates import ENVIRONMENT

SHARED = "any"
"""The specialist of procedures that belong to every conversation, such as a greeting."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SlotKind = Literal[
    "order", "items", "swaps", "payment", "address", "choice", "text", "email", "order_number", "zip", "name", "product"
]


LOOK_UPS: Mapping[str, tuple[str, ...]] = {
    "order": ("list_orders",),
    "items": ("list_orders",),
    "swaps": ("list_orders", "item_options"),
    "payment": ("my_details",),
    "address": ("list_orders", "get_order", "my_details"),
}
"""Tools that find what a slot of a kind may hold."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Part):
    """Something that must be known before a step."""

    kind: SlotKind
    ask: list[str] = []
    """Ways to ask for it."""
    choices: dict[str, list[str]] = {}
    """For `choice`: each value with the words people use for it; the first is how it is shown."""
    reasons_of: str = ""
    """The policy whose reason codes and words are the choices; `choices` then only adds words to them."""
    prefer: str = ""
    """For `order`, `items` and `swaps`: an expression over `order` and `today`; where it holds comes first."""
    default: str = ""
    """An expression that stands in when nothing was said; for `order` it may use `candidates`."""
    implied: str = ""
    """For `choice`: what asking for the thing half says already; anything else that was said goes before it."""
    on_yes: str = ""
    """For `choice`: what a plain yes means."""
    without: str = ""
    """For `payment`: an expression for the ids that cannot be meant."""
    on_file: bool = False
    """For `address`: whether the customer may mean the address the shop knows them by."""
    optional: bool = False
    """Whether the procedure goes on without it."""

    @model_validator(mode="after")
    def _choices_belong_to_choice(self) -> "Slot":
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a slot of kind choice, and no other, has choices")
        if self.implied and self.implied not in self.choices:
            raise ValueError(f"implied: {self.implied!r} is not among the choices")
        return self


class Step(_Part):
    """One thing to do. Exactly one of `take`, `need`, `call`, `when`, `say`, `start` is set."""

    take: list[Name] = []
    """Slots to fill where they were said; nothing is asked."""
    need: Name | None = None
    """A slot to fill; asks where it is unknown."""
    call: Name | None = None
    """A tool to call, with the arguments of `args`; the result is kept under `keep`."""
    args: dict[str, str] = {}
    """Argument name to expression."""
    keep: Name | None = None
    again: dict[str, Name] = {}
    """For `call`: policy clauses to the slots they judge; refused by one of them, only that slot is asked for again."""
    when: str | None = None
    """An expression; `then` is done where it holds, `otherwise` where not."""
    then: list["Step"] = []
    otherwise: list["Step"] = []
    say: list[str] = []
    """Ways to say it, as templates over slots and results."""
    terse: list[str] = []
    """Shorter ways, for people who write in few words."""
    replies: list[str] = []
    """Templates of quick replies to offer; one that comes out empty is left out."""
    start: Name | None = None
    """Another procedure to go on with."""

    @model_validator(mode="after")
    def _one_verb(self) -> "Step":
        verbs = [self.take or None, self.need, self.call, self.when, self.say or None, self.start]
        if sum(verb is not None for verb in verbs) != 1:
            raise ValueError("a step has exactly one of take, need, call, when, say, start")
        return self


class Procedure(_Part):
    """What is done when somebody asks for one thing."""

    id: Name
    specialist: Name
    audience: Literal["customer", "staff"] = "customer"
    purpose: Annotated[str, Field(min_length=10)]
    examples: Annotated[list[Annotated[str, Field(min_length=2)]], Field(min_length=5)]
    verbs: list[str] = []
    """Words that ask for it outright, wherever they stand, such as `cancel` or `call off`."""
    side: bool = False
    """Whether it is a question that can be answered in between, without leaving what is going on."""
    social: bool = False
    """Whether it is small talk, which gives way to any other request of the same message."""
    after: list[Name] = []
    """Procedures that go first where one message asks for both, because this one closes an order to them."""
    slots: dict[Name, Slot] = {}
    steps: Annotated[list[Step], Field(min_length=1)]
    clauses: list[str] = []
    """Policy clauses a colleague or a model should have at hand."""

    def walk(self) -> Iterator[Step]:
        """Every step, nested ones included."""
        pending = list(self.steps)
        while pending:
            step = pending.pop()
            yield step
            pending += [*step.then, *step.otherwise]

    @property
    def changes(self) -> bool:
        """Whether it proposes a change."""
        return any(tool.startswith("propose_") for tool in self.tools)

    @property
    def tools(self) -> frozenset[str]:
        """The names of the tools it calls, those of its slots included."""
        named = {step.call for step in self.walk() if step.call}
        kinds = {slot.kind for slot in self.slots.values()}
        named |= {tool for kind in kinds for tool in LOOK_UPS.get(kind, ())}
        return frozenset(named)


class Playbook:
    """Every procedure of the shop."""

    def __init__(self, procedures: list[Procedure]) -> None:
        self.procedures = {procedure.id: procedure for procedure in procedures}

    def __getitem__(self, procedure_id: str) -> Procedure:
        return self.procedures[procedure_id]

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self.procedures.values())

    def of(self, specialist: str) -> list[Procedure]:
        """A specialist's procedures, with those that belong to everybody."""
        return [each for each in self if each.specialist in (specialist, SHARED)]

    def with_reasons(
        self, reasons: Mapping[str, Mapping[str, str]], required: Container[str] = frozenset()
    ) -> "Playbook":
        """The same procedures, offering the reasons that the shop's policies know.

        Args:
            reasons: For each policy id, its reason codes and their words.
            required: Policies that do nothing without a reason.
        """
        return Playbook([_offering(each, reasons, required) for each in self])

    @property
    def fingerprint(self) -> str:
        """Changes whenever an example changes."""
        text = "\n".join(f"{each.id}\t{example}" for each in self for example in each.examples)
        return sha256(text.encode()).hexdigest()

    @classmethod
    def load(cls, folder: Path) -> "Playbook":
        """Read every `*.yaml` of a folder.

        Raises:
            SettingsError: a file is wrong; the message names file, line and field.
        """
        paths = sorted(folder.glob("*.yaml"))
        if not paths:
            raise SettingsError(f"{folder}: no procedure files (*.yaml) here")
        procedures: dict[str, Procedure] = {}
        read = [(path, _read(path)) for path in paths]
        for path, procedure in read:
            if procedure.id in procedures:
                raise SettingsError(f"{path}:1: id: another file already has the procedure {procedure.id!r}")
            procedures[procedure.id] = procedure
        for path, procedure in read:
            _check_references(path, procedure, procedures)
        return cls(list(procedures.values()))


def _offering(procedure: Procedure, reasons: Mapping[str, Mapping[str, str]], required: Container[str]) -> Procedure:
    slots = {
        name: slot.model_copy(
            update={
                "choices": {
                    code: [words.capitalize(), *slot.choices.get(code, [])]
                    for code, words in reasons[slot.reasons_of].items()
                },
                "optional": slot.optional or slot.reasons_of not in required or not reasons[slot.reasons_of],
            }
        )
        if slot.reasons_of in reasons
        else slot
        for name, slot in procedure.slots.items()
    }
    return procedure.model_copy(update={"slots": slots})


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line (from 1) where a field stands, or the nearest thing above it that exists."""
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for key in place:
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                if name.value == str(key):
                    node, line = value, name.start_mark.line + 1
                    break
            else:
                return line
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _read(path: Path) -> Procedure:
    text = path.read_text(encoding="utf-8")
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{path}:{line}: not valid YAML: {error.problem}") from None
    if not isinstance(data, dict):
        raise SettingsError(f"{path}:1: a procedure is a YAML mapping with id, specialist, purpose, examples, steps")
    try:
        return Procedure.model_validate(data)
    except ValidationError as error:
        # A misspelt field says more than the missing one it stands for.
        problem = min(error.errors(include_url=False), key=lambda each: each["type"] == "missing")
        field = ".".join(str(part) for part in problem["loc"])
        raise SettingsError(f"{path}:{_line_of(text, problem['loc'])}: {field}: {problem['msg']}") from None


def _check_references(path: Path, procedure: Procedure, known: Mapping[str, Procedure]) -> None:
    """Every template and expression must parse, every slot needed and procedure started must be there."""
    text = path.read_text(encoding="utf-8")

    def fail(fragment: str, field: str, problem: str) -> None:
        first = fragment.strip().splitlines()[0] if fragment.strip() else fragment
        line = next((n for n, row in enumerate(text.splitlines(), 1) if first in row), 1)
        raise SettingsError(f"{path}:{line}: {field}: {problem}")

    for step in procedure.walk():
        for name in [*step.take, *([step.need] if step.need else [])]:
            if name not in procedure.slots:
                verb = "need" if step.need else "take"
                fail(f"{verb}: {step.need or ''}", verb, f"the slot {name!r} is not declared under slots")
        if step.start and step.start not in known:
            fail(f"start: {step.start}", "start", f"no procedure {step.start!r}")
        expressions = [*step.args.values(), *([step.when] if step.when else [])]
        for expression in expressions:
            try:
                ENVIRONMENT.compile_expression(expression)
            except TemplateError as error:
                fail(expression, "when" if expression == step.when else "args", f"not an expression: {error}")
        for template in [*step.say, *step.terse, *step.replies]:
            try:
                ENVIRONMENT.from_string(template)
            except TemplateError as error:
                fail(template, "say", f"not a template: {error}")
