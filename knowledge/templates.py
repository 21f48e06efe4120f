"""Templates and expressions of procedures; they run in jinja's sandbox."""

import re
from datetime import date, datetime
from typing import Any

from jinja2 import ChainableUndefined
from jinja2.sandbox import SandboxedEnvironment

from core.money import format_money

ENVIRONMENT = SandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, autoescape=False, undefined=ChainableUndefined)


def _day(value: Any) -> str:
    """`2026-11-24` → `Tuesday, November 24`."""
    if not value:
        return ""
    day = value if isinstance(value, date) else datetime.fromisoformat(str(value)).date()
    return f"{day:%A, %B} {day.day}"


def _options(value: dict[str, str] | None) -> str:
    """Option values in brackets, or nothing."""
    return f" ({', '.join(value.values())})" if value else ""


def _listed(values: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} {word} {values[-1]}"


ENVIRONMENT.filters.update(money=format_money, day=_day, options=_options, listed=_listed)


def render(template: str, values: dict[str, Any]) -> str:
    """Fill a template and tidy its white space."""
    text = ENVIRONMENT.from_string(template).render(values)
    return re.sub(r"[ \t]+", " ", re.sub(r"\n{3,}", "\n\n", text)).strip()


def evaluate(expression: str, values: dict[str, Any]) -> Any:
    """The value of an expression; a name that is not known counts as nothing."""
    return ENVIRONMENT.compile_expression(expression)(**values)
