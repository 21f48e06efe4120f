"""A tool as a model is shown it: what it needs to know, without what only the check of its arguments needs."""

from functools import cache
from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_tool

from tools.registry import TOOLS

_CHECKED = {"title", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "additionalProperties"}


@cache
def schema(name: str) -> dict[str, Any]:
    """The tool's OpenAI schema. It goes out with every call, and every token of it is paid for."""
    shown: dict[str, Any] = _lean(convert_to_openai_tool(TOOLS[name]))
    return shown


def _lean(part: Any) -> Any:
    if isinstance(part, list):
        return [_lean(each) for each in part]
    if not isinstance(part, dict):
        return part
    kinds = [each for each in part.get("anyOf", []) if each.get("type") != "null"]
    if len(kinds) == 1:
        part = {key: value for key, value in part.items() if key != "anyOf"} | kinds[0]
    kept = {key: value for key, value in part.items() if key not in _CHECKED and (key != "default" or value)}
    return {
        key: {name: _lean(each) for name, each in value.items()} if key == "properties" else _lean(value)
        for key, value in kept.items()
    }
