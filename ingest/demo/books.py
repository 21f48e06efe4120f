"""What was paid, what went back, and the books, booked as `commerce.payments` books."""

from dataclasses import dataclass

import numpy as np

from commerce.payments.models import Account, LedgerEntry, Payment, PaymentStatus, Refund
from commerce.people.models import PaymentMethodKind
from ingest.demo import personas
from ingest.demo.columns import DAY, Choice, Ids, Ints, Moments, Table
from ingest.demo.demand import Sales
from ingest.demo.people import People
from ingest.demo.returns import CAUSES, Refunds

_ACCOUNTS = tuple(Account)


@dataclass(slots=True)
class Paid:
    """By order: the ways it was paid, and how much of it by gift card."""

    main: Ints
    gift: Ints
    """The gift card; -1 when none was used."""
    by_gift: Ints


@dataclass(slots=True)
class _Entry:
    account: Account
    transaction: Ints
    amount: Ints
    order: Ints
    at: Ints


def pay(generator: np.random.Generator, sales: Sales, known: People) -> Paid:
    """How every order was paid; some partly by gift card."""
    count = len(sales.placed)
    kinds = np.array([method.kind == PaymentMethodKind.gift_card for method in known.methods])
    first = known.first_method[sales.customer]
    last = first + known.method_count[sales.customer] - 1
    has_card = kinds[last] & (last > first)
    others = last - has_card
    second = (generator.random(count) < 0.2) & (others > first)
    main = np.where(second, first + 1, first)
    part = np.minimum(generator.integers(4, 24, count) * 250, sales.total // 2)
    chosen = has_card & (generator.random(count) < 0.3) & (sales.persona < 0)
    for row in np.flatnonzero(sales.persona >= 0).tolist():
        main[row] = first[row] + personas.ORDERS[int(sales.persona[row])][1].method
    return Paid(main, np.where(chosen, last, -1), np.where(chosen, part, 0))


def tables(sales: Sales, paid: Paid, refunds: Refunds, now: int) -> list[Table]:
    """Payment, refund and ledger rows."""
    count = len(sales.placed)
    with_gift = np.flatnonzero(paid.by_gift > 0)
    gift_row = np.full(count, -1)
    gift_row[with_gift] = count + np.arange(len(with_gift))
    split = _split(refunds, paid)
    order = np.r_[np.arange(count), with_gift]
    amount = np.r_[sales.total - paid.by_gift, paid.by_gift[with_gift]]
    given = np.r_[
        np.bincount(refunds.order, refunds.amount - split, count),
        np.bincount(refunds.order, split, count)[with_gift],
    ].astype(np.int64)
    payments = Table(Payment, len(order), {
        "id": Ids("pay", np.arange(len(order))), "order_id": Ids("ord", order),
        "payment_method_id": Ids("pm", np.r_[paid.main, paid.gift[with_gift]]),
        "status": Choice((PaymentStatus.captured, PaymentStatus.refunded), (given == amount).astype(np.int64)),
        "amount": amount, "refunded": given, "currency": "USD", "created_at": Moments(sales.placed[order]),
    })  # fmt: skip
    done = refunds.at + 2 * DAY + refunds.order % 4 * DAY
    card, gift = np.flatnonzero(refunds.amount > split), np.flatnonzero(split > 0)
    cause = np.r_[card, gift]
    state = np.r_[done[card] <= now, np.ones(len(gift), dtype=bool)]
    back = Table(Refund, len(cause), {
        "id": Ids("ref", np.arange(len(cause))), "order_id": Ids("ord", refunds.order[cause]),
        "payment_id": Ids("pay", np.r_[refunds.order[card], gift_row[refunds.order[gift]]]),
        "payment_method_id": Ids("pm", np.r_[paid.main[refunds.order[card]], paid.gift[refunds.order[gift]]]),
        "amount": np.r_[(refunds.amount - split)[card], split[gift]], "currency": "USD",
        "reason": Choice(CAUSES, refunds.reason[cause]),
        "status": Choice(("requested", "paid"), state.astype(np.int64)),
        "created_at": Moments(refunds.at[cause]),
    })  # fmt: skip
    return [payments, back, _ledger(sales, paid, refunds, split, np.where(done <= now, done, -1))]


def _split(refunds: Refunds, paid: Paid) -> Ints:
    """How much of each refund goes back to a gift card: those first, then the main payment."""
    total = refunds.amount.cumsum()
    first = np.searchsorted(refunds.order, refunds.order)
    before = np.r_[0, total][np.arange(len(total))] - np.r_[0, total][first]
    left = np.maximum(paid.by_gift[refunds.order] - before, 0)
    return np.asarray(np.minimum(left, refunds.amount))


def _ledger(sales: Sales, paid: Paid, refunds: Refunds, split: Ints, done: Ints) -> Table:
    count, size = len(sales.placed), len(refunds.order)
    placed, causes = np.arange(count), np.arange(size)
    bought = [
        (Account.sales, sales.order_discount - sales.subtotal), (Account.tax, -sales.order_tax),
        (Account.shipping, -sales.shipping), (Account.cash, sales.total - paid.by_gift),
        (Account.gift_cards, paid.by_gift),
    ]  # fmt: skip
    returned = [
        (Account.sales, refunds.goods), (Account.tax, refunds.tax), (Account.shipping, refunds.shipping),
        (Account.fees, -refunds.fee), (Account.gift_cards, -split), (Account.refunds_due, split - refunds.amount),
    ]  # fmt: skip
    settled = [(Account.refunds_due, refunds.amount - split), (Account.cash, split - refunds.amount)]
    paid_out = np.flatnonzero(done >= 0)
    entries = [_Entry(a, placed, amount, placed, sales.placed) for a, amount in bought]
    entries += [_Entry(a, count + causes, amount, refunds.order, refunds.at) for a, amount in returned]
    entries += [
        _Entry(a, count + size + paid_out, amount[paid_out], refunds.order[paid_out], done[paid_out])
        for a, amount in settled
    ]
    kept = [np.flatnonzero(entry.amount) for entry in entries]
    amount, transaction, order, at = (
        np.concatenate([getattr(entry, name)[rows] for entry, rows in zip(entries, kept, strict=True)])
        for name in ("amount", "transaction", "order", "at")
    )
    account = np.concatenate([
        np.full(len(rows), _ACCOUNTS.index(entry.account)) for entry, rows in zip(entries, kept, strict=True)
    ])  # fmt: skip
    by_time = np.lexsort((account, transaction, at))
    return Table(LedgerEntry, len(amount), {
        "id": Ids("led", np.arange(len(amount))), "transaction_id": Ids("trn", transaction[by_time]),
        "account": Choice(_ACCOUNTS, account[by_time]), "amount": amount[by_time], "currency": "USD",
        "order_id": Ids("ord", order[by_time]), "reference": Ids("ord", order[by_time]),
        "created_at": Moments(at[by_time]),
    })  # fmt: skip
