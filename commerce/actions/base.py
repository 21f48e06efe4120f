"""The shape of every change: a verdict, a preview, a receipt."""

from abc import ABC, abstractmethod
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.identity.principal import Principal, Role
from commerce.shop import Shop
from core.errors import NotFound


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Outcome(StrEnum):
    """What the rules say of a change."""

    allowed = "allowed"
    needs_approval = "needs_approval"
    refused = "refused"


class Verdict(_Frozen):
    """Whether a change may be made, and on which policy clauses that rests."""

    outcome: Outcome
    reason: str = ""
    """A sentence for the person who asked; set when refused or when approval is needed."""
    clauses: tuple[str, ...] = ()
    role: Role | None = None
    """Who must agree, when approval is needed."""


class ItemEffect(_Frozen):
    """One item that a change touches."""

    order_line_id: str
    title: str
    options: str = ""
    """`Blue / 2 people`."""
    quantity: int
    amount: int
    """What these units come to, minor units."""


class Change(_Frozen):
    """Something that reads differently afterwards."""

    label: str
    before: str
    after: str


class MoneyEffect(_Frozen):
    """Money that moves."""

    direction: Literal["refund", "charge", "fee"]
    amount: int
    currency: str
    payment_method_id: str = ""
    method: str = ""
    """`Visa ending 4242`."""
    when: str = ""
    """`within 5 to 7 business days`."""


class StockEffect(_Frozen):
    """Stock that moves. Positive puts units back on sale, negative takes them."""

    variant_id: str
    location_id: str
    quantity: int


class DateEffect(_Frozen):
    """A date that follows from the change."""

    label: str
    on: date


class Effect(_Frozen):
    """Exactly what will happen. Two equal effects are the same change."""

    kind: str
    """The action's kind."""
    title: str
    """`Cancel 1 item of order SW-104233`."""
    sentence: str
    """What the person confirms, as one or two plain sentences."""
    order_number: str = ""
    items: tuple[ItemEffect, ...] = ()
    changes: tuple[Change, ...] = ()
    money: tuple[MoneyEffect, ...] = ()
    stock: tuple[StockEffect, ...] = ()
    dates: tuple[DateEffect, ...] = ()
    keeps: tuple[str, ...] = ()
    """What stays as it is, where somebody might wonder."""
    clauses: tuple[str, ...] = ()

    def done(self, sentence: str, *, reference: str = "") -> "PartReceipt":
        """The receipt of exactly this; the sentence says that it happened."""
        return PartReceipt(
            kind=self.kind,
            done=True,
            sentence=sentence,
            order_number=self.order_number,
            reference=reference,
            items=self.items,
            money=self.money,
            changes=self.changes,
            dates=self.dates,
            clauses=self.clauses,
        )


class PartReceipt(_Frozen):
    """What became of one part of a proposal."""

    kind: str
    done: bool
    sentence: str
    """What happened, or why it did not."""
    order_number: str = ""
    reference: str = ""
    """A number to quote, such as the return's."""
    items: tuple[ItemEffect, ...] = ()
    money: tuple[MoneyEffect, ...] = ()
    changes: tuple[Change, ...] = ()
    dates: tuple[DateEffect, ...] = ()
    clauses: tuple[str, ...] = ()


class Receipt(_Frozen):
    """What was done, once."""

    id: str
    proposal_id: str
    customer_id: str
    parts: tuple[PartReceipt, ...]
    sentence: str
    at: datetime

    @property
    def done(self) -> bool:
        """Whether anything was changed at all."""
        return any(part.done for part in self.parts)


class ProposalView(_Frozen):
    """A proposal as a person is shown it."""

    id: str
    status: str
    sentence: str
    parts: tuple[Effect, ...]
    refused: tuple[str, ...] = ()
    """Parts that were asked for and cannot be done, each with its reason."""
    approval_role: str = ""
    conversation_id: str | None = None
    replaces: tuple[str, ...] = ()
    """Proposals on the same goods that this one has just superseded."""
    expires_at: datetime


class CommitResult(_Frozen):
    """What became of a yes: exactly one of the three."""

    receipt: Receipt | None = None
    """It was done."""
    changed: ProposalView | None = None
    """It would no longer be what was shown: a new proposal to confirm, nothing done."""
    awaiting: ProposalView | None = None
    """A colleague must agree first; nothing done."""


class Action(_Frozen, ABC):
    """One kind of change, with its arguments. Subclasses set `kind` to a literal of their own."""

    kind: str

    @abstractmethod
    def missing(self) -> NotFound:
        """The error for what does not exist, and for what is somebody else's."""

    @abstractmethod
    async def owner(self, shop: Shop) -> str:
        """The id of the customer whose goods or money it touches, which stay locked from here on.

        Raises:
            NotFound: what it names does not exist.
        """

    @abstractmethod
    async def targets(self, shop: Shop) -> tuple[str, ...]:
        """What it would change, such as `order:ord_…`."""

    @abstractmethod
    async def check(self, shop: Shop, by: Principal) -> Verdict:
        """What the rules say, now."""

    @abstractmethod
    async def preview(self, shop: Shop) -> Effect:
        """What would happen, now. Called only after `check` did not refuse."""

    @abstractmethod
    async def apply(self, shop: Shop, receipt_id: str) -> PartReceipt:
        """Make the change inside the caller's transaction; the receipt's id stands on all that is written.

        Raises:
            StorewrightError: it cannot be done after all; the caller undoes what was begun.
        """
