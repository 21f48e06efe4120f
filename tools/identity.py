"""Recognising a customer who is not signed in."""

from collections.abc import Sequence
from typing import Annotated

from langchain_core.messages import AnyMessage, HumanMessage
from langchain_core.tools import tool
from pydantic import Field

from commerce.identity.service import Identities
from commerce.identity.verification import VerificationClaims, VerificationStatus
from desk.conversations.events import SignedIn
from desk.conversations.service import Conversations
from tools.context import TurnContext
from tools.orders import Runtime
from tools.results import Artifact, Result, guarded

Claim = Annotated[str, Field(max_length=200)]
_SENTENCES = {
    VerificationStatus.not_recognised: "That doesn't match what we have on file.",
    VerificationStatus.locked: "That didn't match too many times, so I have to stop here to protect your data. "
    "A colleague can help you.",
    VerificationStatus.another_customer: "You are already signed in as somebody else. Please sign out first.",
}


def _said(messages: Sequence[AnyMessage]) -> str:
    """What the customer wrote. A claim counts only if it stands there: a model cannot vouch for anybody."""
    return "\n".join(str(message.text) for message in messages if isinstance(message, HumanMessage)).lower()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


@tool(response_format="content_and_artifact")
@guarded
async def verify_customer(
    runtime: Runtime,
    email: Claim = "",
    order_number: Claim = "",
    first_name: Claim = "",
    last_name: Claim = "",
    zip: Claim = "",
) -> tuple[Result, Artifact]:
    """Recognise the customer by what they said. Call it with what is known; the answer says what is missing."""
    context: TurnContext = runtime.context
    said = _said(runtime.state["messages"])
    claims = VerificationClaims(
        email=email if email.strip().lower() in said else "",
        order_number=order_number if _digits(order_number) in _digits(said) else "",
        first_name=first_name if first_name.strip().lower() in said else "",
        last_name=last_name if last_name.strip().lower() in said else "",
        zip=zip if zip.strip().lower() in said else "",
    )
    async with context.bench.changing() as shop:
        known = await context.principal(shop)
        if known.customer_id and claims == VerificationClaims():
            return {"verified": True, "already": True}, Artifact()
        outcome = await Identities(shop).verify(context.session_id, claims)
        if outcome.status == VerificationStatus.verified and outcome.customer_id:
            await Conversations(shop.session, shop.clock).bind(context.conversation_id, outcome.customer_id)
            signed_in = None if known.customer_id else SignedIn(first_name=outcome.first_name)
            return {"verified": True, "first_name": outcome.first_name}, Artifact(signed_in=signed_in)
    # The way that needs the least more; the policy's first where several do.
    missing = min(outcome.missing.values(), key=len, default=())
    if outcome.status == VerificationStatus.needs_more:
        return {"verified": False, "missing": list(missing), "ways": list(outcome.missing)}, Artifact()
    result: Result = {"verified": False, "missing": [], "message": _SENTENCES[outcome.status]}
    if outcome.status == VerificationStatus.not_recognised:
        first = next(iter(outcome.missing))
        retry = {"email_and_order": ["email", "order_number"], "email": ["email"]}
        result |= {
            "failed": True,
            "ways": list(outcome.missing),
            "missing": retry.get(first, ["first_name", "last_name", "zip"]),
            "forget": ["email", "order_number", "name", "zip"],
            "attempts_left": outcome.attempts_left,
        }
    else:
        result |= {"error": outcome.status.value, "offer_person": True}
    return result, Artifact()
