"""Scripted customers at the real server's websocket, judged by what is in the database afterwards."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from evals.serving import server_process
from evals.tau.conversations import Results, Talked, write_transcripts
from evals.tau.customer import World as CustomerWorld
from evals.tau.customer import converse
from evals.tau.customer.cases import dialogue_cases, no_change_cases, task_cases
from evals.tau.customer.wish import Case
from evals.tau.oracle import Difference, difference
from evals.tau.perform import perform_all
from evals.tau.restore import restore
from evals.tau.shop import Pristine, World, opened, read_json

_DIALOGUES = "MockRetailDomainEnv-few_shot.jsonl"
"""The benchmark's example dialogues, beside its world where there are any."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do."""

    world: Path
    tasks: Path
    expected: Path | None
    limit: int
    only: frozenset[str]
    model: str
    seeds: int
    transcripts: Path | None
    json: Path | None


async def run(plan: Plan) -> None:
    """Hold every conversation and report."""
    cases = _cases(plan)
    results = Results()
    with tempfile.TemporaryDirectory(prefix="storewright-tau-") as folder:
        pristine = await Pristine.load(plan.world, Path(folder) / "pristine.db")
        right = await _right(pristine, cases, plan.expected)
        data = Path(folder) / "data"
        data.mkdir()
        shutil.copyfile(pristine.file, data / "shop.db")
        with _server(plan, data) as url:
            async with opened(data / "shop.db", pristine) as world:
                told = tqdm([(seed, case) for seed in range(plan.seeds) for case in cases], unit=" talks")
                for seed, case in told:
                    results.talked.append(await _talk(url, world, pristine, case, seed, right[case.id]))
    if plan.transcripts is not None:
        write_transcripts(plan.transcripts, results.talked)
    if plan.json is not None:
        plan.json.write_text(json.dumps(results.as_json(), indent=1), "utf-8")
    print("\n".join(results.lines()))


async def _talk(url: str, world: World, pristine: Pristine, case: Case, seed: int, right: Difference) -> Talked:
    transcript = await converse(url, case.wish, seed=seed, case_id=case.id)
    actual = difference(pristine.document, await world.document())
    restore(world.file, pristine.file)
    return Talked(case, transcript, right, actual)


def _cases(plan: Plan) -> list[Case]:
    """Every customer, or so many of them spread evenly over all kinds."""
    world = CustomerWorld.load(plan.world)
    tasks: list[dict[str, Any]] = read_json(plan.tasks)
    cases = task_cases(tasks, world)
    dialogues = plan.world / _DIALOGUES
    if dialogues.is_file():
        cases += dialogue_cases(dialogues, world)
        cases += no_change_cases(world)
    if plan.only:
        return [case for case in cases if case.id in plan.only]
    if not plan.limit or plan.limit >= len(cases):
        return cases
    return [cases[position * len(cases) // plan.limit] for position in range(plan.limit)]


async def _right(pristine: Pristine, cases: Sequence[Case], expected: Path | None) -> dict[str, Difference]:
    """What each customer's conversation must change: as the file says, else what the wanted actions change."""
    known = {each["id"]: each["db_diff"] for each in read_json(expected)} if expected else {}
    found: dict[str, Difference] = {}
    for case in cases:
        if case.id in known:
            found[case.id] = known[case.id]
        elif not case.actions:
            found[case.id] = {}
        else:
            async with pristine.copy() as world:
                await perform_all(world, case.user_id, case.actions)
                found[case.id] = difference(pristine.document, await world.document())
    return found


@contextmanager
def _server(plan: Plan, data: Path) -> Iterator[str]:
    """The server on that world, in a process of its own."""
    command = [sys.executable, "-m", "evals.tau", "serve", "--world", str(plan.world), "--port", "0"]
    command += ["--data", str(data), *(["--model", plan.model] if plan.model else [])]
    environment = os.environ | {"STOREWRIGHT_CHAT_RATE": "100000"}
    with server_process(command, environment, data.parent / "server.log") as (url, _):
        yield url
