"""`python -m ingest products|customers|stock|orders --in FILE`, `python -m ingest shop --in FOLDER`, and `retail`.

Each with `[--source NAME] [--json]`.
"""

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from core.errors import StorewrightError
from core.settings import Settings, load_settings
from core.telemetry import configure_logging
from ingest.command import load_file, load_shop
from ingest.importing import FEEDS, Kind
from ingest.report import ImportReport, ShopReport
from ingest.retail_world.command import load_folder
from ingest.retail_world.report import WorldReport

_HELP: dict[Kind, str] = {
    "products": "load a Shopify product export",
    "customers": "load a Shopify customer export",
    "stock": "load a Shopify inventory export: stock by location",
    "orders": "load a Shopify order export",
}


async def _load_one(kind: Kind, settings: Settings, given: argparse.Namespace) -> ImportReport:
    return await load_file(settings, kind, given.path, given.source)


async def _load_shop(settings: Settings, given: argparse.Namespace) -> ShopReport:
    return await load_shop(settings, given.path, given.source)


async def _load_retail(settings: Settings, given: argparse.Namespace) -> WorldReport:
    return await load_folder(settings, given.path, given.source)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Bring data into the shop.")
    commands = parser.add_subparsers(dest="command", required=True)
    for kind in FEEDS:
        one = commands.add_parser(kind, help=_HELP[kind])
        _arguments(one, "the CSV file, or the same list as JSON from Shopify's Admin API", "shopify")
        one.set_defaults(load=partial(_load_one, kind))
    shop = commands.add_parser("shop", help="load every Shopify export in a folder, in the right sequence")
    _arguments(shop, "the folder", "shopify")
    shop.set_defaults(load=_load_shop)
    retail = commands.add_parser("retail", help="load the retail benchmark's customers, orders and products")
    _arguments(retail, "the folder with its three files", "retail")
    retail.set_defaults(load=_load_retail)
    return parser


def _arguments(command: argparse.ArgumentParser, what: str, source: str) -> None:
    command.add_argument("--in", dest="path", type=Path, required=True, help=what)
    command.add_argument("--source", default=source, help=f"where the rows come from (default: {source})")
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when something was loaded or was there already, 1 when not."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.log_format)
        report = asyncio.run(chosen.load(settings, chosen))
    except (StorewrightError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except DBAPIError as error:
        print(f"The database refused: {error.orig}. Nothing of this file was loaded.", file=sys.stderr)
        return 1
    print(report.model_dump_json(indent=2) if chosen.json else report.text())
    return 0 if report.loaded else 1


if __name__ == "__main__":
    sys.exit(main())
