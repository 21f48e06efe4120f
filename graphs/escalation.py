"""Handing a conversation to a person, with what they need to know."""

import json
from collections.abc import Iterable
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage

from commerce.identity.principal import Principal
from commerce.people.service import People
from commerce.policies.schema import SupportRules
from commerce.shop import Shop
from desk.conversations.events import Escalated, custom
from desk.escalations.hours import support_state
from desk.escalations.models import EscalationReason
from desk.escalations.service import Escalations
from desk.escalations.summary import CaseSummary, Fact
from graphs.state import Turn
from language.embedded import NOTICE

_KNOWN = ("number", "order_number", "status", "state", "promised_on", "expected_on", "reason", "days_late")


async def hand_over(
    turn: Turn,
    messages: list[AnyMessage],
    reason: EscalationReason,
    about: str = "",
    proposal_id: str | None = None,
) -> None:
    """Put the conversation into the queue and tell the customer when somebody will answer."""
    async with turn.bench.changing() as shop:
        by = await turn.principal(shop)
        summary = await summarise(shop, by, messages, about, reason)
        case = await Escalations(shop.session, shop.clock, shop.policies).raise_case(
            turn.conversation_id, reason, summary, proposal_id
        )
        due = case.due_at
        support = support_state(shop.policies.rules(SupportRules, shop.today), shop.clock.now())
    text = f"I've passed this on to a colleague, with everything you told me. {support.text}"
    await turn.voice.say(text)
    await turn.voice.emit(custom(Escalated(text=support.text, due_at=due)))


async def summarise(
    shop: Shop, by: Principal, messages: list[AnyMessage], about: str, reason: EscalationReason
) -> CaseSummary:
    """The case in a form that asks nothing twice: each fact with what it rests on."""
    said = [m for m in messages if isinstance(m, HumanMessage) and NOTICE not in m.additional_kwargs]
    wants = about or next(
        (str(m.text) for m in said if len(str(m.text).split()) > 3), str(said[-1].text) if said else ""
    )
    who = "not recognised yet"
    if by.customer_id:
        customer = await People(shop).get(by.customer_id)
        who = f"{customer.name}, {customer.email} (recognised by {by.verified_by.replace('_', ' ')})"
    results = list(_results(messages))
    return CaseSummary(
        who=who,
        wants=wants[:400],
        facts=_facts(results),
        done=[
            part["sentence"]
            for m in messages
            if isinstance(m, HumanMessage)
            for part in m.additional_kwargs.get(NOTICE, {}).get("parts", [])
            if part.get("done")
        ],
        tried=list(dict.fromkeys(str(r["message"]) for _, r in results if r.get("error") and r.get("message"))),
        open_question=str(said[-1].text)[:400] if said else wants[:400],
        recommendation=_recommendation(reason, results),
        clauses=list(dict.fromkeys(c for _, r in results for c in r.get("clauses", []) if isinstance(c, str))),
    )


def _results(messages: Iterable[AnyMessage]) -> Iterable[tuple[str, dict[str, Any]]]:
    for message in messages:
        if isinstance(message, ToolMessage):
            try:
                result = json.loads(str(message.text))
            except ValueError:
                continue
            if isinstance(result, dict):
                yield str(message.name), result


def _facts(results: list[tuple[str, dict[str, Any]]]) -> list[Fact]:
    facts: dict[str, Fact] = {}
    for tool, result in results:
        known = [f"{key.replace('_', ' ')}: {result[key]}" for key in _KNOWN if result.get(key)]
        if known:
            facts[tool + str(result.get("number") or result.get("order_number"))] = Fact(
                text="; ".join(known), source=tool
            )
    return list(facts.values())


def _recommendation(reason: EscalationReason, results: list[tuple[str, dict[str, Any]]]) -> str:
    if reason == EscalationReason.approval:
        return "Approve or decline the waiting proposal."
    states = {str(result.get("state")) for _, result in results}
    if "lost" in states:
        return "The parcel counts as lost: offer to send it again or to refund it."
    if "late" in states:
        return "Ask the carrier about the parcel and tell the customer a date."
    return ""
