"""Bring a database up to date."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config


def alembic_config(url: str) -> Config:
    """Alembic's settings for the database at a SQLAlchemy address."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    return config


async def migrate(url: str) -> None:
    """Run every step the database has not seen. Servers that start at once wait for each other."""
    await asyncio.to_thread(command.upgrade, alembic_config(url), "head")
