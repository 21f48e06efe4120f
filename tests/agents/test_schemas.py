"""What a model is shown of a tool."""

import json
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from agents.schemas import schema
from tools.registry import TOOLS


def arguments(shown: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, Any] = shown["function"]["parameters"]
    return parameters


@pytest.mark.parametrize("name", TOOLS)
def test_every_argument_and_what_is_required_is_shown(name: str) -> None:
    shown, whole = arguments(schema(name)), arguments(convert_to_openai_tool(TOOLS[name]))

    assert list(shown["properties"]) == list(whole["properties"])
    assert shown.get("required") == whole.get("required")


@pytest.mark.parametrize("name", TOOLS)
def test_what_only_the_check_needs_is_not_paid_for(name: str) -> None:
    text = json.dumps(schema(name))

    assert "maxLength" not in text and "anyOf" not in text and "additionalProperties" not in text


@pytest.mark.parametrize("name", TOOLS)
def test_no_tool_takes_a_customer_from_the_model(name: str) -> None:
    assert "customer_id" not in json.dumps(schema(name))


def test_an_optional_list_keeps_its_items() -> None:
    part = arguments(schema("propose_cancellation"))["properties"]["orders"]["items"]

    assert part["required"] == ["order_number"]
    assert part["properties"]["items"]["items"]["properties"]["line_id"] == {"type": "string"}


def test_a_default_that_says_something_is_shown() -> None:
    assert arguments(schema("propose_return"))["properties"]["refund_to"]["default"] == "original"
