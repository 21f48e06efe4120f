"""Columns that many tables share."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from core.database import UtcDateTime

JSON_TYPE = JSON()
"""Not `JSONB`, which forgets the order of keys: a variant is `Blue / L` on both databases."""


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A UTC time column."""
    if nullable:
        return Field(default=None, sa_type=UtcDateTime, index=index, nullable=True)
    return Field(sa_type=UtcDateTime, index=index)


def json_object() -> Any:
    """A JSON object column, empty unless given."""
    return Field(default_factory=dict, sa_type=JSON_TYPE)


def json_list() -> Any:
    """A JSON array column, empty unless given."""
    return Field(default_factory=list, sa_type=JSON_TYPE)


__all__ = ["JSON_TYPE", "datetime", "json_list", "json_object", "moment"]
