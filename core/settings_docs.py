"""Writes `docs/settings.md` from the settings: `python -m core.settings_docs`."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.settings import Settings, variable_name

DOCS = Path(__file__).parent.parent / "docs"

_INTRODUCTION = """\
# Settings

Written from the settings themselves by `python -m core.settings_docs`.

A setting is an environment variable, or a line of a file `.env` in the folder the server is started from; the
environment wins. Nothing has to be set. A wrong value stops the start, and the message names the variable.

| variable | default | meaning |
|---|---|---|
"""


def settings_page() -> str:
    """The page: a table of every variable, its default and its meaning."""
    rows = [
        f"| `{variable_name(name)}` | {_default(field)} | {_cell(field.description or '')} |"
        for name, field in Settings.model_fields.items()
    ]
    return _INTRODUCTION + "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"`{plain}`" if plain else "empty"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def write(folder: Path) -> None:
    """Write the page into a folder."""
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    write(DOCS)
