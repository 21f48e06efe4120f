"""The web application, put together."""

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from web import socket
from web.errors import refuse_http, refuse_malformed
from web.limits import Allowance
from web.middleware import Bounds, Guard, SafeHeaders
from web.routes import account, admin, demo, health, pages, sessions, shop
from web.services import Services

ROUTERS: tuple[APIRouter, ...] = (sessions.router, shop.router, account.router, health.router, admin.router)
"""What every installation serves; the demo shop adds its sign-in."""


def create_app(services: Services) -> FastAPI:
    """The application for the given services."""
    app = FastAPI(
        title="Storewright",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        exception_handlers={RequestValidationError: refuse_malformed, HTTPException: refuse_http},
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=services.settings.allowed_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=["X-Trace-Id"],
            ),
            Middleware(SafeHeaders),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
            Middleware(Guard),
            Middleware(Bounds),
        ],
    )
    app.state.services = services
    app.state.allowance = Allowance(services.settings.chat_rate)
    for router in (*ROUTERS, *([demo.router] if services.settings.demo else []), socket.router, pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    return app
