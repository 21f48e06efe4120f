"""What stands in a shop's database, read beside the running server."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, create_engine, select

from commerce.actions.models import Proposal, ReceiptRow
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.payments.models import LedgerEntry, Payment, Refund

Row = TypeVar("Row", bound=SQLModel)


@contextmanager
def books(data: Path) -> Iterator[Session]:
    """A session on the shop of a data folder."""
    engine = create_engine(f"sqlite:///{data / 'shop.db'}")
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


def every(data: Path, model: type[Row], *conditions: object) -> Sequence[Row]:
    """All rows of a table that meet some conditions."""
    with books(data) as session:
        return session.exec(select(model).where(*conditions)).all()  # type: ignore[arg-type]


def one(data: Path, model: type[Row], *conditions: object) -> Row:
    """The only row that meets some conditions."""
    (row,) = every(data, model, *conditions)
    return row


def receipts(data: Path, proposal_id: str) -> Sequence[ReceiptRow]:
    """The receipts of a proposal."""
    return every(data, ReceiptRow, ReceiptRow.proposal_id == proposal_id)


def unbalanced(data: Path) -> Sequence[str]:
    """Bookings whose entries do not add up to zero."""
    query = (
        select(LedgerEntry.transaction_id)
        .group_by(col(LedgerEntry.transaction_id))
        .having(func.sum(LedgerEntry.amount) != 0)
    )
    with books(data) as session:
        return session.exec(query).all()


def money_back(data: Path, order_id: str) -> tuple[int, int]:
    """What went back for an order: by its payments, and by its refunds. The two must agree."""
    payments = every(data, Payment, Payment.order_id == order_id)
    refunds = every(data, Refund, Refund.order_id == order_id)
    return sum(payment.refunded for payment in payments), sum(refund.amount for refund in refunds)


def proposal(data: Path, proposal_id: str) -> Proposal:
    """A proposal."""
    return one(data, Proposal, Proposal.id == proposal_id)


def pending_orders(data: Path) -> Sequence[Order]:
    """Orders that can still be cancelled, one a customer, oldest first."""
    orders = sorted(every(data, Order, Order.status == OrderStatus.pending), key=lambda order: order.placed_at)
    return list({order.customer_id: order for order in orders}.values())


def lines_of_one_name(data: Path, order: Order) -> list[OrderLine]:
    """The lines of an order whose product its customer has bought only once, so that the title says which."""
    theirs = [each.id for each in every(data, Order, Order.customer_id == order.customer_id)]
    lines = every(data, OrderLine, col(OrderLine.order_id).in_(theirs))
    times = Counter(line.title for line in lines)
    return [line for line in lines if line.order_id == order.id and times[line.title] == 1]
