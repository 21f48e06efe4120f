"""Opening the language model that the settings name."""

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI

from core.settings import EMBEDDED, Settings
from language.embedded import EmbeddedChatModel
from language.plan import Planner
from language.understand import Understanding


class _Endpoint(ChatOpenAI):
    """Hands messages and tools over as they are.

    The client would otherwise copy them against its types, key by key: a fifth of a turn's own time.
    """

    def _get_request_payload(self, input_: Any, **options: Any) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, **options)
        as_they_are = {key: payload.pop(key) for key in ("messages", "tools") if key in payload}
        return payload | {"messages": [], "extra_body": (payload.get("extra_body") or {}) | as_they_are}


def open_model(settings: Settings, understanding: Understanding) -> BaseChatModel:
    """The embedded model, or a client of the OpenAI-compatible endpoint."""
    if settings.model == EMBEDDED:
        return EmbeddedChatModel(planner=Planner(understanding))
    key = settings.openai_api_key.get_secret_value() or "none"
    return _Endpoint(
        model=settings.model,
        api_key=lambda: key,
        base_url=settings.openai_base_url or None,
        timeout=settings.model_timeout,
        max_retries=1,
        temperature=0,
        streaming=True,
        stream_usage=False,
    )
