"""Reads one policy file: front matter that is enforced, prose that is cited."""

import re
import traceback
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import ValidationError

from commerce.policies.schema import OPTIONAL, REQUIRED, Rules
from core.errors import SettingsError
from core.money import format_money

_HEAD = ("id", "title", "effective_from")
_SCHEMAS = {rules.policy: rules for rules in (*REQUIRED, *OPTIONAL)}
_HEADING = re.compile(r"^## +(?P<title>.+?)(?: +\{#(?P<id>[a-z0-9_]+(?:\.[a-z0-9_]+)+)\})? *$")


@dataclass(frozen=True, slots=True)
class Clause:
    """One citable paragraph of a policy."""

    id: str
    """`returns.window`."""
    policy_id: str
    policy_title: str
    title: str
    text: str
    """Plain text with the policy's values filled in."""
    effective_from: date
    line: int
    """Where its heading stands in the file."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy."""

    id: str
    title: str
    effective_from: date
    rules: Rules | None
    """The checked values; `None` for a policy that is cited only."""
    values: dict[str, Any]
    clauses: tuple[Clause, ...]
    file: str
    """The name of the file it was read from."""
    places: dict[str, int]
    """The line on which each field of the front matter stands."""


class _Loader(yaml.SafeLoader):
    """YAML without the surprises: `NO` is Norway, `14:30` is a time of day, both strings."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"}
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))


def mistake(file: str, line: int, field: str, problem: str) -> SettingsError:
    """The error for something wrong in a policy file."""
    return SettingsError(f"{file}, line {line}, {field}: {problem}")


def parse_policy(path: Path, currency: str) -> Policy:
    """Read a policy file.

    Raises:
        SettingsError: the file is not right; the message names file, line and field.
    """
    file = path.name
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].strip() != "---":
        raise mistake(file, 1, "front matter", "the file must begin with a line `---` and the policy's values")
    end = next((i for i, line in enumerate(lines) if i and line.strip() == "---"), None)
    if end is None:
        raise mistake(file, 1, "front matter", "the closing line `---` is missing")
    values, places = _front_matter(file, "\n".join(lines[1:end]))
    policy_id, title, effective_from = _head(file, values, places)
    free = {name: value for name, value in values.items() if name not in _HEAD}
    schema = _SCHEMAS.get(policy_id)
    rules = _check_rules(file, schema, free, places) if schema else None
    if rules is None:
        _check_free(file, free, places)
    context = rules.model_dump() if rules else free
    prose = _Prose(file, policy_id, title, effective_from, context | {"effective_from": effective_from}, currency)
    clauses = prose.clauses(lines[end + 1 :], first_line=end + 2)
    for missing in set(schema.clauses if schema else ()) - {clause.id for clause in clauses}:
        raise mistake(file, len(lines), missing, "the clause is missing: a rule is explained with it")
    return Policy(policy_id, title, effective_from, rules, context, clauses, file, places)


def _front_matter(file: str, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The values, and the line on which each top-level field stands."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        if not isinstance(node, yaml.MappingNode):
            raise mistake(file, 2, "front matter", "must be a list of `field: value` lines")
        places: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 2
            if key.value in places:
                raise mistake(file, line, key.value, "is given twice")
            places[key.value] = line
        values: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - derives from SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise mistake(file, line, "front matter", error.problem or "is not valid YAML") from None
    except yaml.YAMLError as error:
        raise mistake(file, 2, "front matter", f"is not valid YAML ({error})") from None
    return values, places


def _head(file: str, values: dict[str, Any], places: dict[str, int]) -> tuple[str, str, date]:
    for field in _HEAD:
        if values.get(field) in (None, ""):
            raise mistake(file, places.get(field, 1), field, "is missing")
    policy_id, title, effective_from = (values[field] for field in _HEAD)
    if not isinstance(policy_id, str) or not re.fullmatch(r"[a-z0-9_]+", policy_id):
        raise mistake(file, places["id"], "id", "must be lower-case letters, digits and `_`")
    if not isinstance(title, str):
        raise mistake(file, places["title"], "title", "must be text")
    if type(effective_from) is not date:
        raise mistake(file, places["effective_from"], "effective_from", "must be a date such as 2024-01-31")
    return policy_id, title, effective_from


def _check_rules(file: str, schema: type[Rules], free: dict[str, Any], places: dict[str, int]) -> Rules:
    try:
        return schema.model_validate(free)
    except ValidationError as error:
        # A misspelt field is both unknown and missing: the place of the first is where to look.
        problem = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
        field = ".".join(str(part) for part in problem["loc"])
        said = {
            "missing": "is missing",
            "extra_forbidden": f"is not a value of the policy `{schema.policy}`",
        }.get(problem["type"], problem["msg"])
        raise mistake(file, places.get(str(problem["loc"][0]), 1), field, said) from None


def _check_free(file: str, free: dict[str, Any], places: dict[str, int]) -> None:
    for field, value in free.items():
        if not isinstance(value, str | int | float | bool | date):
            raise mistake(file, places[field], field, "must be one text, number, date, true or false")


class _Prose:
    """The prose of one file, cut into clauses and filled in."""

    def __init__(
        self, file: str, policy_id: str, title: str, effective_from: date, values: dict[str, Any], currency: str
    ) -> None:
        self._file = file
        self._policy_id = policy_id
        self._title = title
        self._effective_from = effective_from
        self._values = values
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._environment.filters["money"] = lambda amount: format_money(amount, currency)

    def clauses(self, lines: list[str], first_line: int) -> tuple[Clause, ...]:
        """Every clause, in the file's order."""
        headings = [(i, match) for i, line in enumerate(lines) if (match := _HEADING.match(line))]
        starts = [i for i, _ in headings]
        self._nothing_outside(lines[: starts[0]] if starts else lines, first_line)
        for i, match in headings:
            if match["id"] is None:
                problem = "the heading needs an id such as `{#returns.window}`"
                raise mistake(self._file, first_line + i, match["title"], problem)
        if not headings:
            raise mistake(self._file, first_line, "prose", "there is no clause (`## Title {#policy.clause}`)")
        ends = [*starts[1:], len(lines)]
        found: dict[str, Clause] = {}
        for (i, match), end in zip(headings, ends, strict=True):
            clause = self._clause(match, first_line + i, lines[i + 1 : end])
            if clause.id in found:
                raise mistake(self._file, clause.line, clause.id, "the clause is there twice")
            found[clause.id] = clause
        return tuple(found.values())

    def _nothing_outside(self, body: list[str], first_line: int) -> None:
        for number, line in enumerate(body, start=first_line):
            if line.strip() and not line.startswith("# "):
                raise mistake(self._file, number, "prose", "this text belongs to no clause, so nobody could cite it")

    def _clause(self, heading: re.Match[str], line: int, body: list[str]) -> Clause:
        text = plain_text(self._fill("\n".join(body), line + 1, heading["id"]))
        if not text:
            raise mistake(self._file, line, heading["id"], "the clause has no text")
        return Clause(heading["id"], self._policy_id, self._title, heading["title"], text, self._effective_from, line)

    def _fill(self, text: str, first_line: int, clause_id: str) -> str:
        try:
            return self._environment.from_string(text).render(self._values)
        except TemplateSyntaxError as error:
            raise mistake(self._file, first_line + error.lineno - 1, clause_id, error.message or "") from None
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            walked = traceback.walk_tb(error.__traceback__)
            numbers = [line for frame, line in walked if frame.f_code.co_filename == "<template>"]
            line = first_line + (numbers[-1] if numbers else 1) - 1
            raise mistake(self._file, line, clause_id, str(error)) from None


_MARKS = (
    (re.compile(r"\[([^\]]+)\]\([^)]+\)"), r"\1"),
    (re.compile(r"(\*\*|__)(.+?)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"^#{3,6} +", re.MULTILINE), ""),
    (re.compile(r"(?<=\S)\n(?=[^\s\-*\d])"), " "),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def plain_text(markdown: str) -> str:
    """Markdown without its marks; paragraphs become lines, lists stay lists."""
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return markdown.strip()
