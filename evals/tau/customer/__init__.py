"""People who test the shop's chat: they know the benchmark's data and the public protocol, and nothing else."""

from evals.tau.customer.cases import dialogue_cases, no_change_cases, task_cases
from evals.tau.customer.converse import converse
from evals.tau.customer.transcript import Transcript, Turn
from evals.tau.customer.wish import Case, Wish, wish_of, writes_of
from evals.tau.customer.world import World

__all__ = [
    "Case",
    "Transcript",
    "Turn",
    "Wish",
    "World",
    "converse",
    "dialogue_cases",
    "no_change_cases",
    "task_cases",
    "wish_of",
    "writes_of",
]
