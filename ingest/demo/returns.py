"""Goods that came back, and everything that led to money going back."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from commerce.orders.models import Return, ReturnLine, ReturnStatus
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import DAY, Choice, Dates, Ids, Ints, Moments, Table, epoch_day, pick_weighted
from ingest.demo.demand import Sales
from ingest.demo.fulfilment import LOST_AFTER, Fates
from ingest.demo.pricing import Timeline
from ingest.demo.vocabulary import categories

FIRST_NUMBER = 50_123
REASONS = ("no_longer_needed", "does_not_fit", "not_as_expected", "damaged", "defective", "wrong_item")
_FAULTS = (3, 4, 5)
"""Reasons for which the shop is at fault."""
_CLOTHES = np.array([0.12, 0.55, 0.2, 0.03, 0.05, 0.05])
_GOODS = np.array([0.34, 0.03, 0.33, 0.13, 0.12, 0.05])
_STATES = tuple(ReturnStatus)
_FEE = 695
_FEE_SINCE = date(2025, 5, 1)
"""Orders before that day come back free of charge, and have a week more to be handed in."""


@dataclass(slots=True)
class Returns:
    """Returns in the sequence they were asked for, and their lines."""

    order: Ints
    status: Ints
    reason: Ints
    requested_at: Ints
    received_at: Ints
    closed_at: Ints
    """When the money went back; -1 when it has not."""
    goods: Ints
    """What the goods cost without tax, minor units."""
    tax: Ints
    fee: Ints
    of: Ints
    """By return line: its return."""
    line: Ints
    quantity: Ints
    restocked: Ints
    """By return line: units that went back on the shelf."""
    returned: Ints
    """By order line: units that came back or are on their way."""


@dataclass(frozen=True, slots=True)
class Refunds:
    """Money that went back, one row for each cause."""

    order: Ints
    goods: Ints
    tax: Ints
    shipping: Ints
    fee: Ints
    at: Ints
    reason: Ints
    """Position in `CAUSES`."""

    @property
    def amount(self) -> Ints:
        """What went back."""
        return self.goods + self.tax + self.shipping - self.fee


CAUSES = ("cancelled", "out_of_stock", "lost", "return")


def build(
    generator: np.random.Generator, sales: Sales, fates: Fates, catalogue: Catalogue, timeline: Timeline
) -> Returns:
    """Returns of what was delivered."""
    now, arrived = timeline.end, fates.delivered_at
    category = catalogue.category_of()[catalogue.product_of[sales.variant]]
    rate = np.array([item.returns for item in categories()])[category]
    asked = arrived + (generator.uniform(1.0, 27.0, len(sales.placed)) * DAY).astype(np.int64)[sales.order]
    free = (sales.persona[sales.order] < 0) & (arrived >= 0) & (asked <= now)
    line = np.flatnonzero(free & (generator.random(len(rate)) < rate))
    by_order, of = np.unique(sales.order[line], return_inverse=True)
    count = len(by_order)
    at = np.zeros(count, dtype=np.int64)
    np.maximum.at(at, of, asked[line])
    quantity = np.where(generator.random(len(line)) < 0.75, fates.shipped[line], 1)
    goods = (sales.unit_price * sales.quantity - sales.discount)[line] * quantity // sales.quantity[line]
    tax = sales.tax[line] * quantity // sales.quantity[line]
    goods, tax = (np.bincount(of, values, count).astype(np.int64) for values in (goods, tax))
    worn = np.zeros(count, dtype=bool)
    worn[of] = np.array([bool(item.fits) for item in categories()])[category[line]]
    reason = np.where(worn, pick_weighted(generator, _CLOTHES, count), pick_weighted(generator, _GOODS, count))
    charged = (sales.placed[by_order] // DAY >= epoch_day(_FEE_SINCE)) & ~np.isin(reason, _FAULTS)
    reason = np.where(charged & (goods + tax <= _FEE), 3, reason)
    fee = np.where(charged & (goods + tax > _FEE), _FEE, 0)
    status, received, closed = _course(generator, at, now)
    sequence = np.argsort(at, kind="stable")
    rank = np.argsort(sequence, kind="stable")
    status, reason = status[sequence], reason[sequence]
    of, closed = rank[of], closed[sequence]
    live = np.isin(status[of], [_STATES.index(s) for s in ("requested", "received", "refunded")])
    returned = np.zeros(len(sales.order), dtype=np.int64)
    returned[line[live]] = quantity[live]
    back = (closed[of] >= 0) & ~np.isin(reason[of], (3, 4)) & (generator.random(len(of)) < 0.8)
    return Returns(
        order=by_order[sequence], status=status, reason=reason, requested_at=at[sequence],
        received_at=received[sequence], closed_at=closed, goods=goods[sequence], tax=tax[sequence],
        fee=fee[sequence], of=of, line=line, quantity=quantity, restocked=np.where(back, quantity, 0),
        returned=returned,
    )  # fmt: skip


def _course(generator: np.random.Generator, at: Ints, now: int) -> tuple[Ints, Ints, Ints]:
    """State, arrival and refund of every return."""
    count = len(at)
    received = at + (generator.uniform(3.5, 11.0, count) * DAY).astype(np.int64)
    closed = received + (generator.uniform(0.3, 2.0, count) * DAY).astype(np.int64)
    dropped = (generator.random(count) < 0.025) & (at + 15 * DAY <= now)
    refused = (generator.random(count) < 0.02) & (closed <= now) & ~dropped
    named = {state: _STATES.index(state) for state in ReturnStatus}
    status = np.select(
        [dropped, refused, closed <= now, received <= now],
        [
            named[state]
            for state in (ReturnStatus.cancelled, ReturnStatus.rejected, ReturnStatus.refunded, ReturnStatus.received)
        ],
        named[ReturnStatus.requested],
    )
    here = ~dropped & (received <= now)
    return status, np.where(here, received, -1), np.where(status == named[ReturnStatus.refunded], closed, -1)


def refunds(sales: Sales, fates: Fates, returns: Returns, timeline: Timeline) -> Refunds:
    """Every cause for money to have gone back, by order and time."""
    goods = sales.unit_price * sales.quantity - sales.discount
    none = np.zeros(0, dtype=np.int64)
    gone = np.flatnonzero(fates.cancelled_at >= 0)
    short = np.flatnonzero((fates.cancelled > 0) & (fates.cancelled_at[sales.order] < 0))
    given_up = np.where(
        fates.groups.lost, (fates.promised[fates.groups.order] + LOST_AFTER + 3) * DAY, timeline.end + DAY
    )
    lost_at = np.r_[given_up, timeline.end + DAY][fates.group]
    lost = np.flatnonzero((lost_at <= timeline.end) & (sales.persona[sales.order] < 0) & (fates.shipped > 0))
    back = np.flatnonzero(returns.closed_at >= 0)
    blocks = [
        (gone, sales.subtotal[gone] - sales.order_discount[gone], sales.order_tax[gone], sales.shipping[gone],
         none, fates.cancelled_at[gone]),
        (sales.order[short], goods[short], sales.tax[short], none, none, sales.placed[sales.order[short]] + 3 * DAY),
        (sales.order[lost], goods[lost], sales.tax[lost], none, none, lost_at[lost]),
        (returns.order[back], returns.goods[back], returns.tax[back], none, returns.fee[back], returns.closed_at[back]),
    ]  # fmt: skip
    filled = [
        tuple(values if len(values) else np.zeros(len(block[0]), dtype=np.int64) for values in block)
        for block in blocks
    ]
    causes = np.concatenate([np.full(len(block[0]), cause) for cause, block in enumerate(filled)])
    order, paid, tax, shipping, fee, at = (np.concatenate(part) for part in zip(*filled, strict=True))
    keep = np.flatnonzero(paid + tax + shipping - fee > 0)
    keep = keep[np.lexsort((at[keep], order[keep]))]
    return Refunds(order[keep], paid[keep], tax[keep], shipping[keep], fee[keep], at[keep], causes[keep])


def tables(returns: Returns, sales: Sales, main_method: Ints) -> list[Table]:
    """Return and return line rows; `main_method` is the way each order was paid."""
    count = len(returns.order)
    day = returns.requested_at // DAY
    old = sales.placed[returns.order] // DAY < epoch_day(_FEE_SINCE)
    heads = Table(Return, count, {
        "id": Ids("ret", np.arange(count)), "number": [f"R-{FIRST_NUMBER + n}" for n in range(count)],
        "order_id": Ids("ord", returns.order), "customer_id": Ids("cus", sales.customer[returns.order]),
        "status": Choice(_STATES, returns.status), "reason": Choice(REASONS, returns.reason),
        "refund_method_id": Ids("pm", main_method[returns.order]),
        "refund_amount": returns.goods + returns.tax - returns.fee, "fee": returns.fee,
        "channel": Choice(("chat", "web", "store"), np.arange(count) * 7 % 11 // 4),
        "requested_at": Moments(returns.requested_at), "due_on": Dates(day + np.where(old, 21, 14)),
        "received_at": Moments(returns.received_at), "version": 1,
    })  # fmt: skip
    seen = returns.received_at[returns.of] >= 0
    poor = np.isin(returns.reason[returns.of], (3, 4))
    condition = np.where(seen, np.where(poor, 2, np.where(returns.restocked > 0, 0, 1)), 3)
    disposition = np.where(returns.closed_at[returns.of] >= 0, condition, 3)
    body = Table(ReturnLine, len(returns.of), {
        "id": Ids("rln", np.arange(len(returns.of))), "return_id": Ids("ret", returns.of),
        "order_line_id": Ids("oln", returns.line), "quantity": returns.quantity,
        "condition": Choice(("as_new", "opened", "damaged", ""), condition),
        "disposition": Choice(("restock", "refurbish", "discard", ""), disposition),
    })  # fmt: skip
    return [heads, body]
