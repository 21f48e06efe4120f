"""The page on the settings says what the settings are."""

import pytest

from core.settings import Settings, variable_name
from core.settings_docs import DOCS, settings_page


def test_the_page_equals_the_settings() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page(), (
        "write it anew with `python -m core.settings_docs`"
    )


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_has_a_row_with_its_meaning(field: str) -> None:
    (row,) = [line for line in settings_page().splitlines() if line.startswith(f"| `{variable_name(field)}` |")]
    meaning = row.split(" | ")[2]
    assert Settings.model_fields[field].description in meaning


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWRIGHT_IDENTITY_SECRET", "a secret of a shop, and a long one at that")
    assert "a secret of a shop" not in settings_page()
