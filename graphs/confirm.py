"""Carrying out, or withdrawing, what a card asked: before anything is said about it."""

from typing import Any, Literal

from commerce.actions.base import CommitResult, ProposalView, Receipt
from commerce.actions.errors import ProposalClosed, ProposalNotFound
from commerce.actions.service import Actions
from commerce.shop import Shop
from desk.conversations.events import CardAnswered, NewEvent, ProposalChanged, StoredEvent, custom
from desk.conversations.models import Visibility
from desk.conversations.service import Conversations
from graphs.state import Incoming, Turn

Notice = dict[str, Any]
"""What happened, for the model: `sentence`, and the `parts` of the receipt where there is one."""


async def settle(
    turn: Turn, incoming: Incoming, proposal_id: str, decision: Literal["confirm", "decline"]
) -> tuple[Notice, ProposalView | None, bool]:
    """Commit or withdraw a proposal. The change, its receipt and the log's entry of it are one transaction.

    Where the customer answered in words, the log also says what they were taken for, so that a process that
    has to answer them again takes them for the same.

    Returns:
        The notice, the proposal that takes the old one's place (or nothing), and whether a colleague must agree.
    """
    await turn.voice.flush()
    stored: list[StoredEvent] = []
    settled = await _settle(turn, incoming, proposal_id, decision, stored)
    turn.voice.published(stored)
    return settled


async def _settle(
    turn: Turn,
    incoming: Incoming,
    proposal_id: str,
    decision: Literal["confirm", "decline"],
    stored: list[StoredEvent],
) -> tuple[Notice, ProposalView | None, bool]:
    async with turn.bench.changing() as shop:
        if incoming["kind"] == "message":
            word = CardAnswered(proposal_id=proposal_id, decision=decision, client_msg_id=incoming["client_msg_id"])
            stored += await _log(turn, shop, [word], Visibility.staff)
        by = await turn.principal(shop)
        actions = Actions(shop)
        try:
            before = await actions.get(proposal_id, by)
            if decision == "decline":
                closed = await actions.withdraw(proposal_id, by)
                notice: Notice = {"sentence": "Alright, nothing has changed.", "declined": True}
                stored += await _log(turn, shop, [ProposalChanged(id=proposal_id, status=closed.status)])
                return notice, None, False
            result = await actions.commit(proposal_id, by)
            after = await actions.get(proposal_id, by)
        except ProposalNotFound as error:
            return {"sentence": error.message}, None, False
        except ProposalClosed as error:
            stored += await _log(turn, shop, [ProposalChanged(id=proposal_id, status=error.status)])
            return {"sentence": error.message}, None, False
        events: list[Any] = []
        if after.status != before.status:
            events.append(ProposalChanged(id=proposal_id, status=after.status))
            if result.receipt:
                events.append(result.receipt)
        stored += await _log(turn, shop, events)
    return _notice(result), result.changed, result.awaiting is not None


async def _log(
    turn: Turn, shop: Shop, values: list[Any], visibility: Visibility = Visibility.everyone
) -> list[StoredEvent]:
    """Write to the conversation inside the shop's transaction; readers see it once it is committed."""
    if not values:
        return []
    return await Conversations(shop.session, shop.clock).append(
        turn.conversation_id,
        [NewEvent.of(custom(value), turn.run_id, visibility) for value in values],
        fence=turn.voice.fence,
    )


def _notice(result: CommitResult) -> Notice:
    if result.receipt:
        parts = [part.model_dump(mode="json") for part in result.receipt.parts]
        return {"sentence": done(result.receipt), "parts": parts}
    if result.changed:
        return {"sentence": "Something has changed in the meantime, so I did nothing yet. Please look at this again:"}
    return {"sentence": "Thank you. A colleague has to agree to this first; you will hear from us here."}


def done(receipt: Receipt) -> str:
    """What a receipt says, as a person would say it."""
    sentences = " ".join(part.sentence for part in receipt.parts)
    return f"Done. {sentences}" if all(part.done for part in receipt.parts) else sentences


def asks(proposal: ProposalView) -> str:
    """The sentence a card is introduced with."""
    return " ".join([*proposal.refused, "Please check this before I do it. Shall I go ahead?"])
