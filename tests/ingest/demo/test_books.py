"""The demo shop's money is right to the cent."""

from sqlmodel import col, func, or_, select

from commerce.catalogue.models import Price
from commerce.orders.models import Order, OrderLine, OrderStatus
from commerce.payments.models import Account, LedgerEntry, Payment, PaymentStatus, Refund, RefundStatus
from commerce.people.models import PaymentMethod
from core.database import Database
from tests.ingest.demo.rows import assert_none, rows


async def test_totals_are_the_sums_of_their_lines(shop: Database) -> None:
    goods = func.sum(OrderLine.unit_price * OrderLine.quantity)
    discount, tax = func.sum(OrderLine.discount), func.sum(OrderLine.tax)
    await assert_none(
        shop,
        select(Order.number)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .group_by(col(Order.id))
        .having(
            or_(
                func.max(Order.subtotal) != goods,
                func.max(Order.discount) != discount,
                func.max(Order.tax) != tax,
            )
        ),
    )
    await assert_none(
        shop,
        select(Order.number).where(
            Order.total != Order.subtotal - Order.discount + Order.shipping + Order.tax  # type: ignore[arg-type]
        ),
    )


async def test_every_order_has_lines_and_is_paid_in_full(shop: Database) -> None:
    paid = select(Payment.order_id, func.sum(Payment.amount).label("paid")).group_by(col(Payment.order_id)).subquery()
    await assert_none(
        shop,
        select(Order.number)
        .outerjoin(paid, paid.c.order_id == Order.id)
        .where(func.coalesce(paid.c.paid, 0) != Order.total),
    )
    await assert_none(
        shop,
        select(Order.number)
        .outerjoin(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .where(col(OrderLine.id).is_(None)),
    )


async def test_people_pay_by_their_own_means(shop: Database) -> None:
    await assert_none(
        shop,
        select(Payment.id)
        .join(Order, col(Order.id) == col(Payment.order_id))
        .join(PaymentMethod, col(PaymentMethod.id) == col(Payment.payment_method_id))
        .where(PaymentMethod.customer_id != Order.customer_id),
    )


async def test_every_booking_adds_up_to_zero(shop: Database) -> None:
    await assert_none(
        shop,
        select(LedgerEntry.transaction_id)
        .group_by(col(LedgerEntry.transaction_id))
        .having(func.sum(LedgerEntry.amount) != 0),
    )


async def test_books_agree_with_payments_and_refunds(shop: Database) -> None:
    booked = dict(
        (account, int(amount))
        for account, amount in await rows(
            shop, select(LedgerEntry.account, func.sum(LedgerEntry.amount)).group_by(col(LedgerEntry.account))
        )
    )
    (received,) = (await rows(shop, select(func.sum(Payment.amount))))[0]
    refunds = {
        status: int(amount)
        for status, amount in await rows(shop, select(Refund.status, func.sum(Refund.amount)).group_by(Refund.status))
    }
    open_refunds = refunds.get(RefundStatus.requested, 0)
    money = booked[Account.cash] + booked.get(Account.gift_cards, 0)
    assert money == int(received) - refunds[RefundStatus.paid]
    assert -booked.get(Account.refunds_due, 0) == open_refunds
    assert booked.get(Account.receivable, 0) == 0


async def test_refunds_add_up_on_every_payment(shop: Database) -> None:
    back = select(Refund.payment_id, func.sum(Refund.amount).label("back")).group_by(col(Refund.payment_id)).subquery()
    given = func.coalesce(back.c.back, 0)
    await assert_none(
        shop,
        select(Payment.id).outerjoin(back, back.c.payment_id == Payment.id).where(given != Payment.refunded),
    )
    await assert_none(
        shop,
        select(Payment.id).where(
            (Payment.status == PaymentStatus.refunded) != (Payment.refunded == Payment.amount)  # type: ignore[arg-type]
        ),
    )


async def test_a_cancelled_order_is_given_back_whole(shop: Database) -> None:
    await assert_none(
        shop,
        select(Order.number)
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .where(Order.status == OrderStatus.cancelled, Payment.refunded != Payment.amount),
    )


async def test_lines_cost_what_the_price_list_said(shop: Database) -> None:
    """The latest price in force when the order was placed is the one that was charged."""
    latest = (
        select(Price.amount)
        .where(
            Price.variant_id == OrderLine.variant_id,
            col(Price.valid_from) <= Order.placed_at,
            or_(col(Price.valid_to).is_(None), col(Price.valid_to) > Order.placed_at),
        )
        .order_by(col(Price.valid_from).desc())
        .limit(1)
        .correlate(OrderLine, Order)
        .scalar_subquery()
    )
    await assert_none(
        shop,
        select(Order.number, OrderLine.title, OrderLine.unit_price, latest)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .where(or_(latest.is_(None), latest != OrderLine.unit_price)),
    )
