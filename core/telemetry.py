"""Logs, metrics and the one id that follows a request from the socket to the commit.

Log lines carry ids, names and numbers; never the text of a message, never personal data.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

from core.ids import new_id

TURN_SECONDS = Histogram(
    "storewright_turn_seconds",
    "From a customer's message to the end of its run.",
    ["outcome"],
    buckets=(0.02, 0.05, 0.08, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30),
)
MODEL_CALLS = Counter("storewright_model_calls_total", "Calls to the language model.", ["model"])
COMMITS = Counter("storewright_commits_total", "Proposals committed or not.", ["action", "outcome"])
SOCKETS = Gauge("storewright_sockets", "Open websockets.", ["kind"])
ESCALATIONS = Counter("storewright_escalations_total", "Conversations handed to a person.", ["reason"])

_QUIET = (
    "httpx", "httpcore", "chromadb", "sentence_transformers", "aiosqlite", "openai", "alembic", "langsmith", "bm25s",
    "uvicorn.error",
)  # fmt: skip
"""Libraries whose lines below a warning are noise, or name a caller's address."""
_SWITCHED_OFF = {
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "DO_NOT_TRACK": "1",
}


def stay_private() -> None:
    """Switch off what libraries would report or fetch. Must run before they are imported."""
    os.environ.update(_SWITCHED_OFF)


def _add_context(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {**get_contextvars(), **event}


def configure_logging(level: str, fmt: str) -> None:
    """Send structured lines to standard error, the standard library's through the same formatter."""
    shared: list[structlog.typing.Processor] = [
        _add_context,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if fmt == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


@contextmanager
def traced(trace_id: str | None = None, **values: str) -> Iterator[str]:
    """Give everything logged in the block one `trace_id`, which is also written on receipts and events."""
    trace = trace_id or get_contextvars().get("trace_id") or new_id("trc")
    with bound_contextvars(trace_id=trace, **values):
        yield trace


def trace_id() -> str:
    """The id of the present trace; a new one where there is none yet."""
    known = get_contextvars().get("trace_id")
    if known is None:
        known = new_id("trc")
        bind_contextvars(trace_id=known)
    return str(known)
