"""Opening the language model that the settings name."""

from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI

from core.settings import EMBEDDED, Settings
from language.embedded import EmbeddedChatModel
from language.plan import Planner
from language.understand import Understanding


def open_model(settings: Settings, understanding: Understanding) -> BaseChatModel:
    """The embedded model, or a client of the OpenAI-compatible endpoint."""
    if settings.model == EMBEDDED:
        return EmbeddedChatModel(planner=Planner(understanding))
    key = settings.openai_api_key.get_secret_value() or "none"
    return ChatOpenAI(
        model=settings.model,
        api_key=lambda: key,
        base_url=settings.openai_base_url or None,
        timeout=settings.model_timeout,
        max_retries=1,
        temperature=0,
        streaming=True,
        stream_usage=False,
    )
