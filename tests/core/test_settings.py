"""Settings: wrong ones stop the start, and the message says which variable and what it should be."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings, variable_name


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_name(field), raising=False)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.model == "embedded"
    assert settings.shop_database_url == "sqlite+aiosqlite:///data/shop.db"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("STOREWRIGHT_PORT", "many", "integer"),
        ("STOREWRIGHT_PORT", "70000", "65535"),
        ("STOREWRIGHT_SHOP", "toys", "'demo' or 'empty'"),
        ("STOREWRIGHT_CURRENCY", "dollars", "^[A-Z]{3}$"),
        ("STOREWRIGHT_DATABASE_URL", "mysql://host/shop", "postgresql://"),
        ("STOREWRIGHT_CHROMA_URL", "chroma:8000", "http://"),
        ("OPENAI_BASE_URL", "host/v1", "http://"),
        ("STOREWRIGHT_IDENTITY_SECRET", "short", "32 characters"),
        ("STOREWRIGHT_MODEL", "some-model", "OPENAI_API_KEY"),
        ("STOREWRIGHT_ALLOWED_ORIGINS", "https://shop.example", "JSON list"),
        ("STOREWRIGHT_LOG_LEVEL", "loud", "'debug'"),
        ("STOREWRIGHT_DEMO_ORDERS", "1", "200"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert name in refused.value.message
    assert says in refused.value.message


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWRIGHT_PORT", "x")
    monkeypatch.setenv("STOREWRIGHT_LOG_FORMAT", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "STOREWRIGHT_PORT" in refused.value.message
    assert "STOREWRIGHT_LOG_FORMAT" in refused.value.message


def test_a_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWRIGHT_IDENTITY_SECRET", "hunter2")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "hunter2" not in refused.value.message


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_any_postgresql_address_is_understood(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("STOREWRIGHT_DATABASE_URL", f"{scheme}://shop:pw@db/shop")
    settings = load_settings()
    assert settings.shop_database_url == "postgresql+psycopg://shop:pw@db/shop"
    assert settings.checkpoint_url == "postgresql://shop:pw@db/shop"


def test_origins_are_a_json_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWRIGHT_ALLOWED_ORIGINS", '["https://shop.example"]')
    assert load_settings().allowed_origins == ["https://shop.example"]


def test_a_model_on_this_machine_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWRIGHT_MODEL", "local-model")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9000/v1/")
    assert load_settings().openai_base_url == "http://127.0.0.1:9000/v1"


def test_a_settings_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STOREWRIGHT_PORT=9001\nSTOREWRIGHT_SHOP_NAME=Alder\n")
    monkeypatch.setenv("STOREWRIGHT_PORT", "9002")
    settings = load_settings()
    assert (settings.port, settings.shop_name) == (9002, "Alder")


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
