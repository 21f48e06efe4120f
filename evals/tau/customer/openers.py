"""The first message: everything the customer wants, in its own manner."""

from __future__ import annotations

import random
from collections.abc import Callable

from evals.tau.customer.persona import Persona, Voice
from evals.tau.customer.wish import Want, Wish
from evals.tau.customer.words import Words, listed
from evals.tau.customer.world import Item

CANCEL = (
    "I'd like to cancel {order}.",
    "Please cancel {order} for me.",
    "{order} needs to be cancelled.",
    "Is it still possible to stop {order}? I want it cancelled.",
    "Could you call off {order}?",
    "I don't want {order} any longer, so cancel it please.",
    "There's {order}, that one should be cancelled completely.",
    "I want my money back for {order}, it hasn't shipped yet so just cancel the whole thing.",
    "About {order}: cancel it.",
    "Can I get {order} cancelled?",
)
RETURN = (
    "I want to return {things}{from_}.",
    "I'd like to send back {things}{from_}.",
    "Can I give back {things}{from_}?",
    "{things}{from_} should go back to you, I'd like a refund.",
    "I need a refund for {things}{from_}, I'm sending it back.",
    "How do I return {things}{from_}? I want to do that.",
    "I'm not keeping {things}{from_}, so I'd like to return that.",
    "Please set up a return for {things}{from_}.",
    "There's a return: {things}{from_}.",
    "I received {things}{from_} and it's not for me, please take it back.",
)
EXCHANGE = (
    "I'd like to exchange {swaps_for}{from_}.",
    "Can I swap {swaps_for}{from_}?",
    "I got my parcel, but I'd rather have something else: please exchange {swaps_for}{from_}.",
    "What I received isn't quite right. I want to trade {swaps_for}{from_}.",
    "I want an exchange{from_}: {swaps_for}.",
    "Could you replace {swaps_with}{from_}?",
    "I was hoping to swap {swaps_for}{from_}, it arrived already.",
    "Please exchange {swaps_for}{from_}.",
    "I've already got it but chose badly, so I need to exchange {swaps_for}{from_}.",
)
ITEMS = (
    "I'd like to change {swaps_to}{from_}.",
    "My order hasn't shipped yet, can you switch {swaps_to}{from_}?",
    "I picked the wrong thing, please change {swaps_to}{from_}.",
    "Could you still modify my order? I want {swaps_to}{from_} changed before it goes out, I mean.",
    "Before it ships, please change {swaps_to}{from_}.",
    "I want to modify something I've ordered{from_}: {swaps_to}.",
    "Could you swap {swaps_for}{from_}? It's still pending.",
    "It's still waiting to be shipped I think, so please make it {swaps_for}{from_}: instead, I mean.",
    "I need to edit a pending order{from_}. Change {swaps_to}.",
    "Please update what I ordered{from_}, {swaps_to}.",
)
PAYMENT = (
    "I want to pay for {order} with {pay} instead.",
    "Please change the payment for {order} to {pay}.",
    "Can {order} be put on {pay}?",
    "Could you switch the payment method of {order} to {pay}?",
    "{order} was charged the wrong way, please move it to {pay}.",
    "I'd rather use {pay} for {order}.",
    "For {order}, take the money from {pay} instead.",
    "I chose the wrong way to pay for {order}, it should be {pay}.",
    "Is it possible to pay {order} by {pay}? Then do that please.",
)
ADDRESS = (
    "Please send {order} to {addr}.",
    "I need {order} delivered to a different address, it should go to {addr}.",
    "The shipping address of {order} is wrong. It has to go to {addr}.",
    "Can you change where {order} goes? The right place is {addr}.",
    "Could {order} be delivered to {addr} instead?",
    "{order} should be shipped to {addr}.",
    "I won't be at the old place, so please ship {order} to {addr}.",
    "Please update the delivery address for {order}: {addr}.",
    "For {order} I gave the wrong address, please use {addr}.",
)
PROFILE = (
    "I've moved, so please change the address in my account to {addr}.",
    "My default address should be {addr} from now on.",
    "Please update my profile with my new address: {addr}.",
    "Can you save {addr} as my standard address?",
    "I'd like my account's address changed to {addr}.",
    "The address on my profile is out of date. It's {addr} now.",
    "We live at {addr} now, can you change that in my customer account?",
    "Set my default address to {addr}, please.",
)
OPENERS = {
    "cancel": CANCEL,
    "return": RETURN,
    "exchange": EXCHANGE,
    "items": (
        *ITEMS[:3],
        *ITEMS[4:7],
        *ITEMS[8:],
        "I ordered something, but want it different: {swaps_to}{from_}. It hasn't shipped.",
    ),
    "payment": PAYMENT,
    "address": ADDRESS,
    "profile": PROFILE,
}
TERSE = {
    "cancel": ("cancel {order}", "{order}: cancel", "pls cancel {order}"),
    "return": (
        "return {things}{from_}",
        "want to return {things}{from_}",
        "refund for {things}{from_}, sending it back",
    ),
    "exchange": ("exchange {swaps_for}{from_}", "swap {swaps_for}{from_}", "need to exchange {swaps_for}{from_}"),
    "items": (
        "change {swaps_to}{from_}, not shipped yet",
        "pending order: change {swaps_to}{from_}",
        "modify{from_}: {swaps_to}",
    ),
    "payment": ("payment of {order} to {pay}", "pay {order} with {pay} instead", "switch {order} to {pay}"),
    "address": ("ship {order} to {addr}", "new address for {order}: {addr}", "{order} should go to {addr}"),
    "profile": ("change my account address to {addr}", "new default address: {addr}", "profile address -> {addr}"),
}
WHY = (" {why}.", " Reason: {why}.", " It's because {why}.", " You see, {why}.")
PAY = {
    "return": (" The refund should go to {pay}.", " Refund to {pay} please.", " I'd like the money on {pay}."),
    "exchange": (
        " If there's a difference in price, use {pay}.",
        " Any difference via {pay}.",
        " {pay} for the difference.",
    ),
    "items": (" Use {pay} for the difference.", " Settle the difference with {pay}.", " Difference goes on {pay}."),
}
JOINS = (
    ("First, ", "Then ", "Also, ", "And ", "Another thing: ", "Finally, "),
    ("", "Also, ", "Besides, ", "And one more: ", "On top of that, ", "Lastly, "),
    ("", "And ", "Next: ", "Then there's this: ", "Oh and ", "And also: "),
)


class Telling:
    """Says wishes in full."""

    def __init__(self, wish: Wish, words: Words, voice: Voice, rng: random.Random) -> None:
        self.wish = wish
        self.words = words
        self.voice = voice
        self.rng = rng

    def opener(self, wants: list[Want]) -> str:
        """All of them in one message."""
        persona = self.voice.persona
        clauses = [self.clause(want) for want in wants]
        greeting, closer = self.voice.greeting(), self.voice.closer()
        if len(clauses) > 1 and persona.lists:
            marks = self.rng.choice(("{i}. ", "- ", "{i}) "))
            body = "\n".join(marks.format(i=i) + clause for i, clause in enumerate(clauses, 1))
            lead = self.rng.choice(("A few things:", "I need this done:", "Here's my list:", "My wishes:"))
            return f"{greeting} {lead}\n{self.voice_lines(body)}\n{closer}".strip()
        body = self._running(clauses)
        return self.voice.write(f"{greeting} {body} {closer}")

    def voice_lines(self, body: str) -> str:
        """Each line in the person's manner."""
        return "\n".join(self.voice.write(line) for line in body.split("\n"))

    def _running(self, clauses: list[str]) -> str:
        if len(clauses) == 1:
            return _upper(clauses[0])
        joins = self.rng.choice(JOINS)
        said = [_joined(joins[min(i, len(joins) - 1)], clause) for i, clause in enumerate(clauses)]
        return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in said)

    def clause(self, want: Want) -> str:
        """One wish with its order; payment and reason only now and then, as they may be asked."""
        terse = self.voice.persona.style == "terse"
        template = self.voice.pick((TERSE if terse else OPENERS)[want.kind])
        said = template.format(**self.parts(want, template))
        if want.kind == "cancel" and want.reason and self.rng.random() < 0.5:
            said += self.rng.choice(WHY).format(why=self.words.reason(want.reason))
        if want.kind in PAY and want.method and self.rng.random() < 0.5:
            said = said if said.endswith((".", "?")) else f"{said}."
            said += _upper(self.rng.choice(PAY[want.kind]).format(pay=self.words.method(want.method, want.order)))
        return said

    def parts(self, want: Want, template: str) -> dict[str, str]:
        """What the template's gaps hold."""
        gaps: dict[str, Callable[[], str]] = {
            "order": lambda: self._order(want),
            "from_": lambda: self._from(want),
            "things": lambda: self.things(want),
            "swaps_for": lambda: self.swaps(want, "for"),
            "swaps_with": lambda: self.swaps(want, "with"),
            "swaps_to": lambda: self.swaps(want, "to"),
            "pay": lambda: self.words.method(want.method),
            "addr": lambda: self.place(want),
        }
        return {gap: fill() for gap, fill in gaps.items() if f"{{{gap}}}" in template}

    def _order(self, want: Want) -> str:
        return self.words.order(want.order, number=self.wish.knows_numbers) if want.order else "my order"

    def _from(self, want: Want) -> str:
        if want.order is None:
            return ""
        if self.wish.knows_numbers:
            return " " + self.rng.choice(("from {o}", "in {o}", "({o})", "out of {o}")).format(
                o=self.words.order(want.order, number=True)
            )
        wanted = {swap.old.item_id for swap in want.swaps}
        others = [item for item in want.order.items if item.item_id not in wanted]
        if not others or self.rng.random() < 0.5:
            return ""
        other = self.words.name(self.rng.choice(others))
        return self.rng.choice(
            (f" (it came with the {other})", f" from the order with the {other}", f" from the {other} order")
        )

    def scope(self, want: Want) -> list[Item]:
        """The items among which the wanted one must be told apart."""
        if want.order is not None and self.wish.knows_numbers:
            return list(want.order.items)
        return [item for order in self.wish.world.orders_of(self.wish.user.user_id) for item in order.items]

    def things(self, want: Want) -> str:
        """The items of a return."""
        assert want.order is not None
        rest = list(want.order.items)
        for swap in want.swaps:
            rest.remove(next(item for item in rest if item.item_id == swap.old.item_id))
        named = listed(f"the {self.words.thing(swap.old, self.scope(want))}" for swap in want.swaps)
        if len(want.swaps) > 1 and self.wish.knows_numbers and self.rng.random() < 0.4:
            if not rest:
                return "everything"
            if len(rest) == 1:
                return f"everything except the {self.words.thing(rest[0], want.order.items)}"
        return named

    def swaps(self, want: Want, joint: str) -> str:
        """What becomes what."""
        said = []
        for swap in want.swaps:
            assert swap.new is not None
            said.append(
                f"the {self.words.thing(swap.old, self.scope(want))} {joint} {self.words.variant(swap.old, swap.new)}"
            )
        return f"{'; '.join(said[:-1])}; and {said[-1]}" if len(said) > 1 else said[0]

    def place(self, want: Want) -> str:
        """Where something shall go: an address, or where it is known from."""
        assert want.address is not None
        known = self.rng.random() < 0.5
        if known and want.is_home and want.kind == "address":
            return self.rng.choice(("my home address", "the address in my account", "my default address"))
        if known and want.same_as is not None:
            other = self.words.order(want.same_as, number=self.wish.knows_numbers)
            return self.rng.choice((f"the same address as {other}", f"the address {other} is going to"))
        return self.words.address(want.address)


def telling(wish: Wish, persona: Persona, rng: random.Random, keep: tuple[str, ...] = ()) -> Telling:
    """A customer's telling, with its words and voice."""
    return Telling(wish, Words(wish.world, wish.user, rng), Voice(persona, rng, keep), rng)


def _upper(text: str) -> str:
    stripped = text.lstrip()
    return text[: len(text) - len(stripped)] + stripped[:1].upper() + stripped[1:]


def _joined(join: str, clause: str) -> str:
    if not join:
        return _upper(clause)
    keeps = clause.startswith(("I ", "I'", "PayPal"))
    return join + (clause if keeps else clause[:1].lower() + clause[1:])
