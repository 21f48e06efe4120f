"""The pages: built HTML; what they show comes from the endpoints."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

STATIC = Path(__file__).parent.parent / "static"
"""The built files."""

router = APIRouter(include_in_schema=False)

_PAGES = {
    "/": "home",
    "/products/{handle}": "product",
    "/account": "account",
    "/account/orders/{number}": "order",
    "/sign-in": "sign-in",
}


def _serve(path: str, page: str) -> None:
    file = STATIC / "pages" / f"{page}.html"

    @router.api_route(path, methods=["GET", "HEAD"], name=page)
    async def show() -> FileResponse:
        return FileResponse(file, media_type="text/html")


for _path, _page in _PAGES.items():
    _serve(_path, _page)
