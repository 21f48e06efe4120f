"""What commands on the server's own machine ask of it; they prove themselves by a token in the data folder."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Request

from core.errors import Forbidden
from ingest.importing import Kind, import_file
from ingest.report import ImportReport
from web.dependencies import Given

router = APIRouter(prefix="/api/admin", tags=["admin"])
PREFIX = "Bearer "


@router.post("/import/{kind}")
async def import_export(
    kind: Kind, request: Request, given: Given, source: str = "shopify", authorization: Annotated[str, Header()] = ""
) -> ImportReport:
    """Load a Shopify export into the running shop."""
    token = given.admin_token.get_secret_value()
    offered = authorization.removeprefix(PREFIX)
    if not token or not secrets.compare_digest(offered.encode(), token.encode()):
        raise Forbidden("This needs the running server's own token.")
    content = await request.body()
    return await import_file(given.database, kind, content, source, given.clock, given.settings.currency)
