"""Every task's actions through the shop's own actions, compared with what they must change."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from evals.tau.oracle import difference, same
from evals.tau.perform import Done, perform_all
from evals.tau.shop import Pristine, read_json

Difference = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task changed, and what it had to."""

    id: str
    equal: bool
    expected: Difference
    actual: Difference
    done: list[Done]
    note: str = ""
    """What else there is to say of the task."""


@dataclass(slots=True)
class Tally:
    """How many tasks came out right."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def line(self) -> str:
        """`replay: 520/520 equal`."""
        return f"{self.name}: {sum(each.equal for each in self.outcomes)}/{len(self.outcomes)} equal"

    def report(self, file: Path | None) -> bool:
        """Print every failure and the line, write the file; tells whether all are equal."""
        failures = [each for each in self.outcomes if not each.equal]
        for each in failures:
            print(f"{each.id}{f' ({each.note})' if each.note else ''}")
            print(f"  expected {json.dumps(each.expected, sort_keys=True)}")
            print(f"  actual   {json.dumps(each.actual, sort_keys=True)}")
            for done in each.done:
                print(f"  {done.name}: {'done' if done.allowed else 'refused'}: {done.said}")
        if file is not None:
            body = {
                "line": self.line,
                "equal": len(self.outcomes) - len(failures),
                "of": len(self.outcomes),
                "failures": [asdict(each) for each in failures],
            }
            file.write_text(json.dumps(body, indent=1), "utf-8")
        print(self.line)
        return not failures


async def outcome(pristine: Pristine, task: dict[str, Any], expected: Difference, note: str = "") -> Outcome:
    """Do a task's actions on a fresh copy and compare."""
    async with pristine.copy() as world:
        done = await perform_all(world, task["user_id"], task["actions"])
        actual = difference(pristine.document, await world.document())
    return Outcome(task["id"], same(expected, actual), expected, actual, done, note)


async def run(world: Path, tasks: Path, expected: Path, file: Path | None) -> bool:
    """Replay every task; tells whether all came out as expected."""
    right = {each["id"]: each["db_diff"] for each in read_json(expected)}
    return await run_all("replay", world, [(task, right[task["id"]], "") for task in read_json(tasks)], file)


async def run_all(
    name: str, world: Path, cases: Sequence[tuple[dict[str, Any], Difference, str]], file: Path | None
) -> bool:
    """Carry out tasks, each with its right outcome and a note; tells whether all came out so."""
    tally = Tally(name)
    with tempfile.TemporaryDirectory(prefix="storewright-tau-") as folder:
        pristine = await Pristine.load(world, Path(folder) / "pristine.db")
        for task, right, note in tqdm(cases, unit=" tasks"):
            tally.outcomes.append(await outcome(pristine, task, right, note))
    return tally.report(file)
