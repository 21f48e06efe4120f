"""Doing the parts of a proposal one after another, for good or to see what would happen."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.actions.base import Action, Effect, Outcome, PartReceipt
from commerce.identity.principal import Principal, Role
from commerce.shop import Shop
from core.errors import Refused, StorewrightError


@dataclass(frozen=True, slots=True)
class Part:
    """One action, and what it did or why it could not."""

    action: Action
    receipt: PartReceipt
    effect: Effect | None = None
    """`None` when it was refused."""
    role: Role | None = None
    """Who must agree, where somebody must."""


async def perform(shop: Shop, actions: Sequence[Action], by: Principal, receipt_id: str) -> list[Part]:
    """Do every action in turn, each on top of what the ones before it did.

    One that is refused leaves no trace and does not stop the others. Whoever only wants to look rolls a
    savepoint around the call back.
    """
    return [await _perform_one(shop, action, by, receipt_id) for action in actions]


async def _perform_one(shop: Shop, action: Action, by: Principal, receipt_id: str) -> Part:
    verdict = await action.check(shop, by)
    if verdict.outcome == Outcome.refused:
        return _refused(action, verdict.reason, verdict.clauses)
    try:
        async with shop.session.begin_nested():
            effect = await action.preview(shop)
            receipt = await action.apply(shop, receipt_id)
    except StorewrightError as error:
        return _refused(action, error.message, error.clauses if isinstance(error, Refused) else ())
    clauses = tuple(dict.fromkeys((*effect.clauses, *verdict.clauses)))
    return Part(action, receipt, effect.model_copy(update={"clauses": clauses}), verdict.role)


def _refused(action: Action, reason: str, clauses: tuple[str, ...]) -> Part:
    return Part(action, PartReceipt(kind=action.kind, done=False, sentence=reason, clauses=clauses))
