"""Items, dates and money as sentences want them."""

from collections.abc import Sequence
from datetime import date

from commerce.actions.base import ItemEffect, MoneyEffect
from commerce.orders.models import OrderLine
from core.money import format_money


def options_of(line: OrderLine) -> str:
    """`Blue / 2 people`."""
    return " / ".join(line.options.values())


def item_of(line: OrderLine, quantity: int, amount: int) -> ItemEffect:
    """Some units of an order line."""
    return ItemEffect(
        order_line_id=line.id,
        title=line.title,
        options=options_of(line),
        quantity=quantity,
        amount=amount,
    )


def name(line: OrderLine | ItemEffect, quantity: int) -> str:
    """`Ridgeline Tent (Blue)`, or `2 × Ridgeline Tent (Blue)`."""
    options = options_of(line) if isinstance(line, OrderLine) else line.options
    full = f"{line.title} ({options})" if options else line.title
    return full if quantity == 1 else f"{quantity} × {full}"


def the_items(items: Sequence[ItemEffect]) -> str:
    """`the Ridgeline Tent (Blue) and 2 × Camp Mug`."""
    names = [name(item, item.quantity) for item in items]
    return listing([f"the {text}" if item.quantity == 1 else text for item, text in zip(items, names, strict=True)])


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def day(on: date) -> str:
    """`Thursday, November 26`."""
    return f"{on:%A, %B} {on.day}"


def units(count: int) -> str:
    """`1 item`, `3 items`."""
    return f"{count} item" if count == 1 else f"{count} items"


def refunds(money: Sequence[MoneyEffect]) -> str:
    """`$129.00 to your Visa ending 4242`."""
    return listing(
        [
            f"{format_money(part.amount, part.currency)} to your {part.method}"
            for part in money
            if part.direction == "refund"
        ]
    )


def charges(money: Sequence[MoneyEffect]) -> str:
    """`$5.40, charged to your Visa ending 4242`."""
    return listing(
        [
            f"{format_money(part.amount, part.currency)}, charged to your {part.method}"
            for part in money
            if part.direction == "charge"
        ]
    )


def refunded(money: Sequence[MoneyEffect]) -> str:
    """` $129.00 goes back to your Visa ending 4242 within 5 to 7 business days.`: a sentence for each refund."""
    return "".join(
        f" {format_money(part.amount, part.currency)} {verb} to your {part.method}{when}."
        for part in money
        if part.direction == "refund"
        for verb, when in [("went back", "") if part.when == "at once" else ("goes back", f" {part.when}")]
    )


def statuses(names: Sequence[str]) -> str:
    """`pending or processing`."""
    return " or ".join(status.replace("_", " ") for status in names)


def capital(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]
