"""What a return and an exchange have in common: goods that have arrived and come back."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from commerce.actions.base import MoneyEffect, Outcome, Verdict
from commerce.actions.on_order import refuse
from commerce.actions.wording import capital, day, name
from commerce.orders.arrivals import Arrival, arrivals
from commerce.orders.models import Order, OrderLine, Return, ReturnLine
from commerce.orders.repository import LoadedOrder, OrderRepository
from commerce.policies.schema import ExchangeRules, RefundRules, ReturnRules
from commerce.shop import Shop
from core.ids import new_id
from core.money import format_money


async def check_arrived(
    shop: Shop, loaded: LoadedOrder, wanted: Mapping[str, int], rules: ReturnRules | ExchangeRules
) -> Verdict | None:
    """The refusal of goods that cannot come back: not here yet, gone already, too late, or a second time."""
    rows = OrderRepository(shop.session)
    clause = rules.clauses[0]
    if rules.once_per_order and await rows.standing_returns(loaded.order.id):
        return refuse("Something of this order has been sent back already, which is done once.", clause)
    arrived = arrivals(loaded, await rows.allotments(loaded.order.id), await rows.shipments(loaded.order.id))
    verb = "exchanged" if isinstance(rules, ExchangeRules) else "sent back"
    for line_id, quantity in wanted.items():
        refusal = _problem(loaded.lines[line_id], quantity, arrived[line_id], rules.window_days, shop.today, verb)
        if refusal:
            return refuse(refusal, clause)
    return None


def _problem(
    line: OrderLine, quantity: int, arrived: Arrival, window_days: int | None, today: date, verb: str
) -> str | None:
    left = arrived.units - line.returned
    what = name(line, 1)
    if arrived.on is None:
        return f"The {what} has not arrived yet."
    if quantity > left:
        still = f"only {left} can" if left > 0 else "none can"
        return f"Of the {what}, {still} still be {verb}."
    last = last_day(arrived.on, window_days)
    if last and today > last:
        until = f"could be {verb} until {day(last)} {last.year}"
        return f"{capital(f'the {what}')} {until}: {window_days} days after it arrived."
    return None


async def check_reason(
    shop: Shop, loaded: LoadedOrder, line_ids: Iterable[str], reason: str, *, required: bool
) -> Verdict | None:
    """The refusal of a reason that is none, and of final sales that are not faulty."""
    rules = shop.policies.rules(ReturnRules, loaded.order.placed_at.date())
    if rules.reasons and (required or reason) and reason not in rules.reasons:
        words = ", ".join(rules.reasons.values())
        return refuse(f"We need to know why it comes back: {words}.", "returns.reasons")
    if reason in rules.fault_reasons or not rules.final_sale_categories:
        return None
    lines = [loaded.lines[line_id] for line_id in line_ids]
    categories = await OrderRepository(shop.session).categories([line.product_id for line in lines])
    for line in lines:
        if categories.get(line.product_id) in rules.final_sale_categories:
            return refuse(f"The {name(line, 1)} was a final sale and cannot come back.", "returns.final_sale")
    return None


async def check_approval(shop: Shop, order: Order, refund: int) -> Verdict | None:
    """Whether a colleague must agree to one more refund for something that comes back."""
    rules = shop.policies.rules(RefundRules, shop.today)
    if rules.approval_above is None:
        return None
    # All that comes back of an order counts together, or a large return could be cut into small ones.
    returns = await OrderRepository(shop.session).standing_returns(order.id)
    if not refund or refund + sum(row.refund_amount for row in returns) <= rules.approval_above:
        return None
    limit = format_money(rules.approval_above, order.currency)
    return Verdict(
        outcome=Outcome.needs_approval,
        reason=f"Refunds above {limit} are looked at by a colleague first.",
        clauses=("refunds.approval",),
        role=rules.approval_role,
    )


def last_day(start: date, days: int | None) -> date | None:
    """The last day of a time limit, where there is one."""
    return None if days is None else start + timedelta(days=days)


def hand_in_by(due_on: date | None) -> str:
    """` by Thursday, November 26`, or nothing where there is no such day."""
    return f" by {day(due_on)}" if due_on else ""


def single_method(money: Iterable[MoneyEffect]) -> str | None:
    """Where all of the money goes; `None` when it goes over several payments."""
    methods = {part.payment_method_id for part in money if part.direction != "fee"}
    return methods.pop() if len(methods) == 1 else None


async def open_return(shop: Shop, order: Order, lines: Sequence[tuple[OrderLine, int]], **values: Any) -> Return:
    """Open a return of some units; `values` are the other columns of its row."""
    rows = OrderRepository(shop.session)
    number = _new_number()
    while await rows.has_return_number(number):
        number = _new_number()
    opened = Return(
        id=new_id("rtn"),
        number=number,
        order_id=order.id,
        customer_id=order.customer_id,
        requested_at=shop.clock.now(),
        **values,
    )
    await rows.add(opened)
    for line, count in lines:
        await rows.add(ReturnLine(id=new_id("rtl"), return_id=opened.id, order_line_id=line.id, quantity=count))
        line.returned += count
        line.version += 1
    order.version += 1
    return opened


def _new_number() -> str:
    return f"R-{secrets.randbelow(90_000_000) + 10_000_000}"
