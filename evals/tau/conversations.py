"""What came of conversations: counted, classed, printed."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from evals.tau.customer.transcript import Transcript
from evals.tau.customer.wish import KINDS, Case
from evals.tau.oracle import Difference, same

_PARTS = {
    "cancel_order": "cancel",
    "return_items": "return",
    "exchange_items": "exchange",
    "change_items": "items",
    "change_payment": "payment",
    "change_address": "address",
    "change_default_address": "profile",
}
"""The shop's kinds of change as the customers call them."""
_DRAWN = re.compile(r"\bR-\d{8}\b")
"""Numbers of returns, which the shop draws at random."""


@dataclass(frozen=True, slots=True)
class Talked:
    """A conversation and what it changed."""

    case: Case
    transcript: Transcript
    expected: Difference
    actual: Difference

    @property
    def equal(self) -> bool:
        """Whether exactly what was wanted was changed."""
        return same(self.expected, self.actual)

    @property
    def name(self) -> str:
        """`train-17 seed 2`."""
        return f"{self.case.id} seed {self.transcript.seed}"

    @property
    def extra(self) -> list[str]:
        """Changes that were made and that nobody wanted: another kind, another order, or other values."""
        wanted = Counter(_wanted(action) for action in self.case.actions)
        left, found = wanted.copy(), []
        for part in self._parts():
            if left[part]:
                left[part] -= 1
            else:
                found.append(" ".join(part))
        complete = {subject for _, subject in wanted} - {subject for (_, subject), count in left.items() if count}
        for section, records in self.actual.items():
            for record, fields in records.items():
                right = self.expected.get(section, {}).get(record, {})
                if section == "orders" and record in complete and not same({"": {"": right}}, {"": {"": fields}}):
                    found.append(f"other values {record}")
        return found

    @property
    def cause(self) -> str:
        """How it went wrong, for counting."""
        if self.transcript.ended_because == "error":
            return "error"
        if self.extra:
            return "changed what nobody wanted"
        asked = next((turn.asked for turn in reversed(self.transcript.turns) if turn.who == "customer"), ())
        nothing = "" if self.actual else ", nothing changed"
        return f"{self.transcript.ended_because}{nothing}, last asked for {' and '.join(asked) or 'nothing'}"

    def words(self) -> str:
        """What was said, with numbers drawn at random counted through: equal for two equal runs."""
        drawn: dict[str, str] = {}
        return _DRAWN.sub(lambda hit: drawn.setdefault(hit[0], f"R-{len(drawn) + 1}"), self.transcript.sayings())

    @property
    def milliseconds(self) -> list[float]:
        """From each message to the end of its answer."""
        return [turn.ms for turn in self.transcript.turns if turn.who == "assistant"]

    def _parts(self) -> list[tuple[str, str]]:
        return [
            (_PARTS.get(part["kind"], part["kind"]), part.get("order_number", ""))
            for turn in self.transcript.turns
            for receipt in turn.receipts
            for part in receipt["parts"]
            if part["done"]
        ]

    def text(self) -> str:
        """The conversation and what it changed, to read."""
        wants = [f"wants {action['name']} {json.dumps(action['arguments'])}" for action in self.case.actions]
        sums = [] if self.equal else [f"expected {json.dumps(self.expected)}", f"actual {json.dumps(self.actual)}"]
        verdict = "equal" if self.equal else f"FAILED: {self.cause}"
        return "\n".join([f"{self.name}: {verdict}", *wants, "", self.words(), *sums, ""])


def _wanted(action: dict[str, Any]) -> tuple[str, str]:
    return KINDS[action["name"]], action["arguments"].get("order_id", "")


@dataclass(slots=True)
class Results:
    """Every conversation of a run."""

    talked: list[Talked] = field(default_factory=list)

    @property
    def tasks(self) -> list[Talked]:
        """Those with the customers of the benchmark's tasks."""
        return [each for each in self.talked if each.case.group in ("train", "dev")]

    @property
    def line(self) -> str:
        """`talk: 1480/1560`."""
        return f"talk: {_count(self.tasks)}"

    def lines(self) -> list[str]:
        """Everything there is to say, the line last."""
        failures = [each for each in self.talked if not each.equal]
        extra = [each for each in self.talked if each.extra]
        told = [f"failed {each.name}: {each.cause}" for each in failures]
        told += [f"extra {each.name}: {', '.join(each.extra)}" for each in extra]
        told += [f"cause {count:4d} {cause}" for cause, count in Counter(each.cause for each in failures).most_common()]
        told += [f"{name}: {_share(which)}" for name, which in self._groups()]
        told.append(f"extra actions: {len(extra)} of {_share_of(len(extra), len(self.talked))} conversations")
        turns = [len(each.milliseconds) for each in self.talked]
        told.append(f"turns: {mean(turns or [0]):.1f} on average, {max(turns, default=0)} at most")
        told.append("turn: p50 {:.0f} ms, p95 {:.0f} ms".format(*self.percentiles()))
        told.append(f"transcripts: {self.digest()}")
        return [*told, self.line]

    def percentiles(self) -> tuple[float, float]:
        """Median and 95th percentile of a turn in milliseconds."""
        spent = [each for talked in self.talked for each in talked.milliseconds]
        if len(spent) < 2:
            return (spent or [0.0])[0], (spent or [0.0])[0]
        cuts = quantiles(spent, n=100)
        return cuts[49], cuts[94]

    def digest(self) -> str:
        """The same for two runs exactly when every word of all conversations is."""
        said = "\0".join(f"{each.name}\n{each.words()}" for each in self.talked)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """The same for a file."""
        p50, p95 = self.percentiles()
        return {
            "line": self.line,
            "groups": {
                name: {"equal": sum(e.equal for e in which), "of": len(which)} for name, which in self._groups()
            },
            "extra": {each.name: each.extra for each in self.talked if each.extra},
            "failures": [
                {"id": each.case.id, "seed": each.transcript.seed, "cause": each.cause}
                for each in self.talked
                if not each.equal
            ],
            "turn_ms": {"p50": p50, "p95": p95},
            "transcripts": self.digest(),
        }

    def _groups(self) -> list[tuple[str, list[Talked]]]:
        def of(chosen: Callable[[Talked], bool]) -> list[Talked]:
            return [each for each in self.talked if chosen(each)]

        return [
            ("tasks with one write", [each for each in self.tasks if len(each.case.actions) == 1]),
            ("tasks", self.tasks),
            ("dev tasks with one write", of(lambda each: each.case.group == "dev" and len(each.case.actions) == 1)),
            ("dev tasks", of(lambda each: each.case.group == "dev")),
            ("dialogues with one write", of(lambda e: e.case.group == "dialogue" and len(e.case.actions) == 1)),
            ("dialogues", of(lambda each: each.case.group == "dialogue")),
            ("nothing may change", of(lambda each: each.case.group == "no_change")),
        ]


def write_transcripts(folder: Path, talked: Sequence[Talked]) -> None:
    """One file for each conversation; failures begin with `failed-`."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in talked:
        prefix = "" if each.equal else "failed-"
        name = f"{prefix}{each.case.id}-{each.transcript.seed}.txt"
        (folder / name).write_text(each.text(), "utf-8")


def _count(which: Sequence[Talked]) -> str:
    return f"{sum(each.equal for each in which)}/{len(which)}"


def _share(which: Sequence[Talked]) -> str:
    return f"{_count(which)} {sum(each.equal for each in which) / max(len(which), 1):.1%}"


def _share_of(part: int, whole: int) -> str:
    return f"{whole} ({part / max(whole, 1):.1%})"
