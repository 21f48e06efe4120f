"""`python -m evals.tau replay|mutated|serve|talk`: the retail benchmark's world in the real shop."""

import argparse
import asyncio
import sys
from pathlib import Path

from core.errors import StorewrightError
from core.telemetry import configure_logging
from evals.tau import mutated, replay, talk


def main(arguments: list[str] | None = None) -> int:
    """Run a measurement; 0 when everything came out right, 1 when not."""
    chosen = _parser().parse_args(arguments)
    configure_logging("warning", "text")
    try:
        return 0 if asyncio.run(_run(chosen)) else 1
    except (StorewrightError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1


async def _run(chosen: argparse.Namespace) -> bool:
    match chosen.command:
        case "replay":
            return await replay.run(chosen.world, chosen.tasks, chosen.expected, chosen.json)
        case "serve":
            from evals.tau import serve  # loads models that nobody else needs

            await serve.run(chosen.world, chosen.port, chosen.data, chosen.model)
            return True
        case "talk":
            plan = talk.Plan(
                world=chosen.world,
                tasks=chosen.tasks,
                expected=chosen.expected,
                limit=chosen.limit,
                only=frozenset(chosen.only.split(",")) - {""},
                model=chosen.model,
                seeds=chosen.seeds,
                transcripts=chosen.transcripts,
                json=chosen.json,
            )
            await talk.run(plan)
            return True
        case _:
            return await mutated.run(chosen.world, chosen.tasks, chosen.count, chosen.seed, chosen.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.tau", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--world", type=Path, required=True, help="folder with users.json, orders.json, products.json")
    judged = argparse.ArgumentParser(add_help=False)
    judged.add_argument("--tasks", type=Path, required=True, help="the benchmark's tasks.json")
    judged.add_argument("--json", type=Path, help="write the result into this file")
    again = commands.add_parser("replay", parents=[common, judged], help="every task's actions, compared")
    again.add_argument("--expected", type=Path, required=True, help="what every task must change")
    wrong = commands.add_parser("mutated", parents=[common, judged], help="tasks with a mistake built in")
    wrong.add_argument("--count", type=int, default=500, help="how many (default: 500)")
    wrong.add_argument("--seed", type=int, default=0, help="which ones (default: 0)")
    door = commands.add_parser("serve", parents=[common], help="the server on that world, in demo mode")
    door.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    door.add_argument("--data", type=Path, default=Path("data-retail"), help="its data folder (default: data-retail)")
    door.add_argument("--model", default="", help="`embedded`, or a model of the OpenAI-compatible endpoint")
    speech = commands.add_parser("talk", parents=[common, judged], help="scripted customers at the websocket")
    speech.add_argument("--expected", type=Path, help="what every task must change (default: what its actions change)")
    speech.add_argument("--limit", type=int, default=0, help="so many customers, spread over all kinds")
    speech.add_argument("--only", default="", help="only these customers: ids with commas, such as `train-17,dev-3`")
    speech.add_argument("--model", default="", help="`embedded`, or a model of the OpenAI-compatible endpoint")
    speech.add_argument("--seeds", type=int, default=3, help="how often each talks, each time in other words")
    speech.add_argument("--transcripts", type=Path, help="write every conversation into this folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
