"""Whether the server lives, whether it can work, and what it measures."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from core.telemetry import get_logger
from web.dependencies import Given

router = APIRouter(tags=["health"])

_log = get_logger(__name__)
_CHECK_SECONDS = 5.0


@router.get("/livez")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def ready(given: Given) -> JSONResponse:
    """Everything needed works: 200; else 503, naming what does not."""
    names = list(given.readiness)
    results = await asyncio.gather(*(_passes(name, given.readiness[name]) for name in names))
    checks = dict(zip(names, results, strict=True))
    failed = [name for name, passed in checks.items() if not passed]
    body = {"status": "not ready" if failed else "ready", "checks": checks, "failed": failed}
    return JSONResponse(body, status_code=503 if failed else 200)


@router.get("/metrics")
async def metrics() -> Response:
    """Counters and histograms, as Prometheus reads them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _passes(name: str, check: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except Exception as error:
        _log.warning("a readiness check failed", check=name, error=type(error).__name__)
        return False
    return True
