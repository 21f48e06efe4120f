"""Asking which of a customer's items is meant, and which variant of it is wanted."""

from collections.abc import Mapping, Sequence

from core.money import format_money
from language.linking import Line, Order
from language.options import Options, Variant
from language.outcome import Ask
from language.state import Choice
from language.wishes import Found

MOST_CHOICES = 6


class Asking:
    """Asks which variant of a line is wanted."""

    def __init__(self, order: Order, line: Line, options: Options) -> None:
        self._line = line
        self._title = str(line["title"])
        self._now: Mapping[str, str] = line.get("options", {})
        self._currency = str(order.get("currency", "USD"))
        self._options = options

    def others(self) -> list[Variant]:
        """What else can be had."""
        own = self._line["variant_id"]
        return [each for each in self._options.variants if each.get("available") and each["variant_id"] != own]

    def instead(self, found: Found) -> Ask:
        """Ask where a wish fits several variants, or none that can be had."""
        meant = f" in {self._told(found.missing['options'])}" if found.missing else ""
        if not found.variants:
            return self.which(
                self.others(), f"The {self._title}{meant or ' like that'} is not available at the moment."
            )
        if found.missing:
            return self.which(found.variants, f"The {self._title}{meant} is not available at the moment.")
        return self.which(found.variants, "" if found.exact else f"No other {self._title} is otherwise the same.")

    def which(self, variants: Sequence[Variant], lead: str) -> Ask:
        """Ask for one of the variants: each with its price, or by their options where there are too many."""
        if not variants:
            lead = lead or f"There is no other {self._title} available at the moment."
            return Ask(lead=lead, question="Shall I look at another item instead?", about=self._title)
        if len(variants) > MOST_CHOICES:
            offer = "; ".join(
                f"{name}: {', '.join(found)}" for name, found in self._open(variants).items() if len(found) > 1
            )
            question = f"Which {self._title} would you like? You can choose {offer}."
            return Ask(lead=lead, question=question, about=self._title)
        choices = [
            Choice(
                label=self._told(each["options"], variants),
                value={"variant": each["variant_id"], "of": self._line["id"]},
            )
            for each in variants
        ]
        listed = "; ".join(
            f"{choice.label} ({format_money(each['price'], self._currency)})"
            for choice, each in zip(choices, variants, strict=True)
        )
        asked = f"Would this {self._title} do" if len(variants) == 1 else f"Which {self._title} would you like"
        return Ask(lead=lead, question=f"{asked}: {listed}?", choices=choices, about=self._title)

    def _open(self, variants: Sequence[Variant]) -> dict[str, list[str]]:
        """Option to the values that the variants have, in the shop's order."""
        return {
            name: [value for value in values if any(each["options"].get(name) == value for each in variants)]
            for name, values in self._options.values.items()
        }

    def _told(self, wanted: Mapping[str, str], among: Sequence[Variant] = ()) -> str:
        """The values that make a variant a different one."""
        if len(among) > 1:
            names = [name for name, values in self._open(among).items() if len(values) > 1]
        else:
            names = [name for name in wanted if wanted[name] != self._now.get(name)]
        return ", ".join(wanted[name] for name in (names or list(wanted)) if name in wanted)


def which_one(labels: Sequence[str]) -> str:
    """Asks for one of a few things, and names them: buttons are not seen everywhere."""
    return f"Which one do you mean: {'; '.join(labels[:-1])}; or {labels[-1]}?" if len(labels) > 1 else f"{labels[0]}?"


def line_choice(order: Order, line: Line) -> Choice:
    """A line to tap."""
    values = ", ".join(line.get("options", {}).values())
    label = f"{line['title']}{f' ({values})' if values else ''}, {order['number']}"
    return Choice(label=label, value={"line": line["id"], "title": line["title"]})
