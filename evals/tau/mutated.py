"""Tasks with a mistake built in, judged by the independent oracle."""

from pathlib import Path
from typing import Any

from evals.tau.mutations import mutated
from evals.tau.replay import run_all
from evals.tau.shop import read_documents, read_json


async def run(world: Path, tasks: Path, count: int, seed: int, file: Path | None) -> bool:
    """Carry out mutated tasks; tells whether all came out as the oracle says."""
    made: list[Any] = mutated(read_documents(world), read_json(tasks), count, seed)
    cases = [(task, task["expected"], task["mutation"]) for task in made]
    return await run_all("mutated", world, cases, file)
