"""Writes `docs/protocol.md` and its AsyncAPI twin from the models: `python -m web.protocol_docs`."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from ag_ui import core as ag_ui
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from commerce.actions.base import ProposalView
from desk.conversations import events
from web import protocol
from web.app import ROUTERS
from web.routes import demo

DOCS = Path(__file__).parent.parent / "docs"

_STANDARD: tuple[type[BaseModel], ...] = (
    ag_ui.RunStartedEvent,
    ag_ui.StepStartedEvent,
    ag_ui.StepFinishedEvent,
    ag_ui.ToolCallStartEvent,
    ag_ui.ToolCallArgsEvent,
    ag_ui.ToolCallEndEvent,
    ag_ui.ToolCallResultEvent,
    ag_ui.TextMessageStartEvent,
    ag_ui.TextMessageContentEvent,
    ag_ui.TextMessageEndEvent,
    ag_ui.RunFinishedEvent,
    ag_ui.RunErrorEvent,
)
_STAFF_ONLY = {ag_ui.ToolCallArgsEvent, ag_ui.ToolCallResultEvent, events.CardAnswered}
_CUSTOM = {**protocol.SOCKET_ONLY, **events.STORED, **events.TRANSIENT}
_FRAMES: tuple[type[BaseModel], ...] = get_args(get_args(protocol.ClientFrame)[0])

_INTRODUCTION = """\
# The protocol

Written from the models by `python -m web.protocol_docs`; the same as AsyncAPI is in
[protocol.asyncapi.yaml](protocol.asyncapi.yaml).

## `/ws/chat`

A socket carries JSON texts. Events have the names and shapes of [AG-UI](https://docs.ag-ui.com), camelCase.
What AG-UI has no name for is a `CUSTOM` event with a `name` and a `value`.

1. The client opens with `hello`, within {hello:.0f} seconds.
2. The server answers `welcome`, then every stored event after the client's `last_seq`, then `ready`.
3. From then on events come as they happen.

Stored events carry `seq`, which grows from 1 within a conversation. A reader sees gaps where events are for
staff only. Events without `seq` are shown and forgotten. A client that comes back says the highest `seq` it
shows and gets exactly what it missed; a `last_seq` that belongs to another conversation (by
`conversation_id`), or is higher than the log is long, counts as 0. An erased event keeps its place and says
only `"erased": true`.

Each message has a `client_msg_id` and is taken once. Its `user_message` event acknowledges it; sent again,
it is acknowledged by `ack`. A frame has at most {frame} KiB, a message at most {text} characters; a message
that is empty or too long is answered by `error` and the socket stays open.

A run that ends in `RUN_FINISHED` with an `interrupt` outcome waits for the customer's word on a proposal:
`metadata.proposal` is what the confirmation card shows, `id` is the proposal's, and `resume` answers it. The
answer counts only while the proposal stands; a `proposal` event says when it no longer does.
"""


def asyncapi() -> dict[str, Any]:
    """The socket as an AsyncAPI 3.0 document."""
    modes: dict[type[BaseModel], JsonSchemaMode] = dict.fromkeys(_FRAMES, "validation")
    modes |= dict.fromkeys((*_STANDARD, *_CUSTOM, ProposalView), "serialization")
    places, schemas = models_json_schema(list(modes.items()), ref_template="#/components/schemas/{model}")
    payload = {model: place for (model, _), place in places.items()}
    sent = {model.__name__: _message(model, payload[model]) for model in _FRAMES}
    received = {model.__name__: _message(model, payload[model]) for model in _STANDARD}
    received |= {
        f"Custom{model.__name__}": _message(model, _custom_payload(model, name, payload[model]))
        for model, name in _CUSTOM.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Storewright chat", "version": "1.0.0"},
        "channels": {
            "chat": {
                "address": "/ws/chat",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in (*sent, *received)},
            }
        },
        "operations": {
            "take": {
                "action": "receive",
                "channel": {"$ref": "#/channels/chat"},
                "summary": "What a client sends.",
                "messages": [{"$ref": f"#/channels/chat/messages/{name}"} for name in sent],
            },
            "show": {
                "action": "send",
                "channel": {"$ref": "#/channels/chat"},
                "summary": "What the server sends.",
                "messages": [{"$ref": f"#/channels/chat/messages/{name}"} for name in received],
            },
        },
        "components": {"messages": sent | received, "schemas": schemas["$defs"]},
    }


def markdown() -> str:
    """The protocol for people."""
    parts = [
        _INTRODUCTION.format(hello=protocol.HELLO_SECONDS, frame=protocol.MAX_FRAME // 1024, text=protocol.MAX_TEXT),
        "### Frames a client sends\n",
        *(_section(f'`"{_discriminator(model)}"`', model) for model in _FRAMES),
        "### Events of the run\n",
        _table(("Event", "Fields", "Seen by"), [_standard_row(model) for model in _STANDARD]),
        _section("`metadata.proposal` of an interrupt", ProposalView),
        "### `CUSTOM` events\n",
        *(_section(_custom_title(model, name), model) for model, name in _CUSTOM.items()),
        "### Their parts\n",
        *_parts(),
        "### Close codes\n",
        _table(("Code", "Why"), [(str(int(code)), why) for code, why in protocol.CLOSE_REASONS.items()]),
        '\n## HTTP\n\nJSON; a refusal is `{"error": {"code", "message"}}`. Sessions are named by'
        " `Authorization: Bearer <token>`. Schemas are in `/api/openapi.json`.\n",
        _table(("Endpoint", "What it does"), _endpoints()),
    ]
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Write both documents into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "protocol.md").write_text(markdown(), encoding="utf-8")
    text = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=110)
    (folder / "protocol.asyncapi.yaml").write_text(text, encoding="utf-8")


def _message(model: type[BaseModel], payload: dict[str, Any]) -> dict[str, Any]:
    return {"summary": _summary(model), "payload": payload}


def _custom_payload(model: type[BaseModel], name: str, value: dict[str, Any]) -> dict[str, Any]:
    seq = {"seq": {"type": "integer", "minimum": 1}} if model in events.STORED else {}
    return {
        "type": "object",
        "required": ["type", "name", "value", *seq],
        "properties": {"type": {"const": "CUSTOM"}, "name": {"const": name}, "value": value, **seq},
    }


def _summary(model: type[BaseModel]) -> str:
    return inspect.getdoc(model).partition("\n\n")[0].replace("\n", " ")  # type: ignore[union-attr]


def _discriminator(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["type"].annotation)[0])


def _section(title: str, model: type[BaseModel]) -> str:
    return f"**{title}** {_summary(model)}\n\n{_fields(model.model_json_schema(by_alias=True))}".rstrip() + "\n"


def _parts() -> list[str]:
    """What the models above are made of."""
    parts: dict[str, Any] = {}
    models: tuple[type[BaseModel], ...] = (*_FRAMES, *_CUSTOM, ProposalView)
    for model in models:
        parts |= model.model_json_schema(by_alias=True).get("$defs", {})
    shown = {model.__name__ for model in models}
    return [
        f"**{name}** {schema.get('description', '')}\n\n{_fields(schema)}"
        for name, schema in sorted(parts.items())
        if name not in shown
    ]


def _fields(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        (f"`{name}`", _kind(field), "yes" if name in required else "", _sentence(field))
        for name, field in schema.get("properties", {}).items()
    ]
    return _table(("Field", "Is", "Required", "Says"), rows) if rows else ""


def _sentence(field: dict[str, Any]) -> str:
    return str(field.get("description", "")).replace("\n", " ").replace("|", "\\|")


def _custom_title(model: type[BaseModel], name: str) -> str:
    if model in _STAFF_ONLY:
        return f"`{name}` (staff)"
    return f"`{name}`" if model in events.STORED else f"`{name}` (no seq)"


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "const" in field:
        return f'`"{field["const"]}"`'
    if "enum" in field:
        return " or ".join(f'`"{value}"`' for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return str(field.get("format") or field.get("type", "any JSON"))


def _standard_row(model: type[BaseModel]) -> tuple[str, str, str]:
    schema = model.model_json_schema(by_alias=True)
    fields = [f"`{name}`" for name in schema["required"] if name != "type"]
    fields += [f"`{name}`" for name in ("outcome", "code") if name in schema["properties"]]
    kind = str(model.model_fields["type"].default.value)
    return f"`{kind}`", ", ".join(fields), "staff" if model in _STAFF_ONLY else "everyone"


def _endpoints() -> list[tuple[str, str]]:
    app = FastAPI()
    for router in (*ROUTERS, demo.router):
        app.include_router(router)
    return [
        (f"`{method.upper()} {path}`", inspect.cleandoc(operation["description"]).partition("\n\n")[0])
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    write(DOCS)
