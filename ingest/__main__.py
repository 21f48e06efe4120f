"""`python -m ingest products --in FILE.csv [--source NAME]`."""

import argparse
import asyncio
import sys
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from core.errors import StorewrightError
from core.settings import load_settings
from core.telemetry import configure_logging
from ingest.products.command import load_file


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when something was loaded or was there already, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Bring data into the shop.")
    commands = parser.add_subparsers(dest="command", required=True)
    products = commands.add_parser("products", help="load a Shopify product export")
    products.add_argument("--in", dest="file", type=Path, required=True, help="the CSV file")
    products.add_argument("--source", default="shopify", help="where the products come from (default: shopify)")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.log_format)
        report = asyncio.run(load_file(settings, chosen.file, chosen.source))
    except (StorewrightError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except DBAPIError as error:
        print(f"The database refused: {error.orig}. Nothing was loaded.", file=sys.stderr)
        return 1
    print(report.text())
    return 0 if report.loaded else 1


if __name__ == "__main__":
    sys.exit(main())
