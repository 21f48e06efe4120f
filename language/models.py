"""Opening the language model that the settings name."""

from collections.abc import AsyncIterator
from typing import Any

import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.outputs import ChatGenerationChunk
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

    async def _astream(self, *args: Any, **options: Any) -> AsyncIterator[ChatGenerationChunk]:
        empty = True
        async for chunk in super()._astream(*args, **options):
            empty = False
            yield chunk
        if empty:
            raise openai.OpenAIError("what the endpoint sent is no answer")


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
