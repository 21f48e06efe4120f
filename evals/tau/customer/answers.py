"""What the customer says when it is asked something."""

from __future__ import annotations

from collections.abc import Sequence

from evals.tau.customer.cards import Fault
from evals.tau.customer.openers import Telling
from evals.tau.customer.wish import Ask, Swap, Want

NO_NUMBER = (
    "I don't have the number here, it's {o}.",
    "No idea what the number is. It's {o}.",
    "I can't find the mail with the number, but it's {o}.",
    "{o}, if that helps. I don't have the number.",
    "It's {o}.",
    "I mean {o}.",
)
NUMBER = ("It's {o}.", "That's {o}.", "{o}", "{o} it is.", "I think it's {o}.")
ITEM = ("It's {t}.", "I mean {t}.", "{t}, please.", "{t}.", "Just {t}.", "That would be {t}.")
OPTION = (
    "I'd like {v}.",
    "{v}, please.",
    "I'm after {v}.",
    "It should be {v}.",
    "I want {v}.",
    "Let me have {v}.",
    "What I'm looking for is {v}.",
)
OPTIONS = ("{v}.", "Like this: {v}.", "{v}, please.", "I mean this: {v}.", "These: {v}.", "What I'd like: {v}.")
METHOD = (
    "{p} please.",
    "Use {p}.",
    "I'd like {p} for that.",
    "{p}.",
    "With {p}.",
    "Take {p}.",
    "It should go through {p}.",
)
REASON = ("{w}.", "Because {w}.", "Well, {w}.", "Simple: {w}.", "The reason? {w}.")
PLACE = ("It's {a}.", "{a}", "The address is {a}.", "Please use {a}.", "{a}, that's the one.")
YES = (
    "Yes, please.",
    "Yes, go ahead.",
    "Yes, that's right.",
    "Correct, please do.",
    "Yep, do it.",
    "Yes, that's what I want.",
    "Right, go ahead with that.",
)
EMAIL = ("My email is {e}.", "It's {e}", "Sure, {e}", "You should have me under {e}.", "{e} is my mail address.")
ZIP = (
    "My name is {n}, zip {z}.",
    "I'm {n} and my zip code is {z}.",
    "{n}, {z}",
    "Sure, it's {n}, my zip is {z}.",
    "Name's {n}, and the zip code is {z}.",
)
NO_EMAIL = (
    "I'd rather not give my email. I'm {n}, zip code {z}.",
    "Can we do it by name instead? {n}, {z}.",
    "I don't know which mail address I used. My name is {n} and my zip is {z}.",
)
NO_ZIP = (
    "I'm {n}. I only know the email address I used: {e}.",
    "{n}. Please look me up by email, that's {e}.",
    "Could you use my email instead? It's {e}, name {n}.",
)
STILL = (
    "What I'd still like: {c}",
    "There's still this: {c}",
    "One thing is missing: {c}",
    "Yes, {c}",
    "And the rest? {c}",
)
SENT_BACK = ("return", "exchange")
DISLIKE = (
    "it just isn't what I had in mind",
    "I don't like it that much",
    "it doesn't suit me",
    "I changed my mind about it",
    "it's not quite right for me",
)
AGAIN = (
    "What I want is this: {c}",
    "Let me put it differently. {c}",
    "Sorry, I don't quite follow. {c}",
    "Once more: {c}",
    "I'm not sure what you mean. {c}",
    "{c}",
)
INSIST = ("Are you sure? {c}", "Really? Please check again. {c}", "That can't be right. {c}")
WHOLE = (
    "That's fine, I want the whole of it cancelled: {o}.",
    "Yes, the whole order please, {o}.",
    "All of it, that's what I meant. Cancel {o} completely.",
)
LEAVE = (
    "Okay, then leave it.",
    "Alright, then forget that one.",
    "Too bad. Then leave it as it is.",
    "Hm, fine, I'll leave it then.",
)
TOO_FEW = (
    "No, the {t} is missing. That belongs in there as well.",
    "No, you've left out the {t}.",
    "No, not without the {t}, please.",
    "No, and the {t}? I want that too.",
)
TOO_MANY = (
    "No, not the {n}. Only {t}.",
    "No, leave the {n} out, it's just {t}.",
    "No, I'm keeping the {n} as it is. It's {t}.",
)
INCOMPLETE = ("No, the items are wrong.", "No, that's not all of it.", "No, that isn't everything I said.")
FAULTS: dict[Fault, tuple[str, ...]] = {
    "unexpected": ("No, I didn't ask for that. {c}", "No, not that. {c}", "No, that's not what I want. {c}"),
    "order": (
        "No, that's the wrong order. I mean {o}.",
        "No, not that order, it's about {o}.",
        "No! It's {o} I'm talking about.",
    ),
    "items": (
        "No, that's not right, it's {t}.",
        "No, the items are wrong. I mean {t}.",
        "No, what I mean is {t}.",
    ),
    "variant": ("No, I wanted {v}.", "No, that's the wrong one, it should be {v}.", "No, not that one. I'd like {v}."),
    "method": ("No, I want {p} for that.", "No, please use {p}.", "No, it should be {p}, not that."),
    "reason": ("No, the reason is wrong: {w}.", "No, {w}.", "No, that's not why. {w}."),
    "address": ("No, the address is wrong, it's {a}.", "No, it should be {a}.", "No, that's not the place. It's {a}."),
}


class Answers:
    """Puts facts about a wish into sentences."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.shown: set[str] = set()
        """Order numbers the assistant has named."""
        self._placed: list[Want] = []

    def identity(self, *, only: str) -> str:
        """Name and zip or email, as the customer can; `only` is what was asked for alone."""
        wish, pick = self.telling.wish, self.telling.voice.pick
        told = {"n": wish.user.name, "z": wish.zip, "e": wish.email}
        if wish.proves_by == "email":
            return pick(NO_ZIP if only == "zip" else EMAIL).format(**told)
        return pick(NO_EMAIL if only == "email" else ZIP).format(**told)

    def to(self, ask: Ask, want: Want, asked: str = "") -> str:
        """The answer about one wish to the text `asked`, or nothing where it has none."""
        pick = self.telling.voice.pick
        words = self.telling.words
        if (ask == "order" or (ask == "item" and not want.swaps)) and want.order is not None:
            number = self.telling.wish.knows_numbers or (
                want.order.order_id in self.shown and self.telling.rng.random() < 0.5
            )
            return pick(NUMBER if number else NO_NUMBER).format(o=words.order(want.order, number=number))
        if ask == "item" and want.swaps:
            return pick(ITEM).format(t=self.telling.things(want))
        if ask == "option" and want.swaps and want.swaps[0].new is not None:
            named = tuple(swap for swap in want.swaps if swap.old.name.lower() in asked.lower())
            return self.variants(OPTION, named or want.swaps)
        if ask == "method" and want.method:
            return pick(METHOD).format(p=words.method(want.method, want.order))
        if ask == "reason" and (want.reason or want.kind in SENT_BACK):
            return pick(REASON).format(w=words.reason(want.reason) if want.reason else pick(DISLIKE))
        if ask == "address" and want.address is not None:
            return pick(PLACE).format(a=self._place(want))
        return ""

    def _place(self, want: Want) -> str:
        """Where the address is known from, once; the address itself when asked again."""
        assert want.address is not None
        again = want in self._placed
        self._placed.append(want)
        return self.telling.words.address(want.address) if again else self.telling.place(want)

    def variants(self, templates: tuple[str, ...], swaps: tuple[Swap, ...]) -> str:
        """The wanted variants, each for its item where there are several."""
        words, pick = self.telling.words, self.telling.voice.pick
        whole = templates is not OPTION
        said = [
            words.whole(swap.new) if whole or self.telling.rng.random() < 0.5 else words.variant(swap.old, swap.new)
            for swap in swaps
            if swap.new is not None
        ]
        if len(swaps) == 1:
            return pick(templates).format(v=said[0])
        each = [f"for the {words.name(swap.old)} {what}" for swap, what in zip(swaps, said, strict=True)]
        start = "" if templates is OPTION else "No, that's not right. "
        return start + pick(OPTIONS).format(v="; ".join(each))

    def _too_few_or_many(self, want: Want, note: str) -> str:
        pick, name = self.telling.voice.pick, note.removesuffix(" too").removesuffix(" is missing")
        if note.endswith(" too"):
            return pick(TOO_MANY).format(n=name.lower(), t=self.telling.things(want))
        swap = next(swap for swap in want.swaps if swap.old.name == name)
        said = pick(TOO_FEW).format(t=self.telling.words.name(swap.old))
        return f"{said} {self.variants(OPTION, (swap,))}" if swap.new is not None else said

    def methods(self, wants: Sequence[Want]) -> str:
        """How to pay for all wishes, each by what it is about where they differ."""
        paid = [want for want in wants if want.method]
        if len({want.method for want in paid}) < 2:
            return self.to("method", paid[0]) if paid else ""
        words = self.telling.words
        said = [f"for {self._about(want)} {words.method(want.method)}" for want in paid]
        return f"{'; '.join(said)}."

    def _about(self, want: Want) -> str:
        if want.swaps:
            return " and ".join(f"the {self.telling.words.name(swap.old)}" for swap in want.swaps)
        assert want.order is not None
        return self.telling.words.order(want.order, number=self.telling.wish.knows_numbers)

    def whole_order(self, want: Want) -> str:
        """That the order shall go as a whole."""
        assert want.order is not None
        order = self.telling.words.order(want.order, number=self.telling.wish.knows_numbers)
        return self.telling.voice.pick(WHOLE).format(o=order)

    def fault(self, fault: Fault, want: Want | None, hint: Want | None, note: str = "") -> str:
        """No to a card, and what is right instead."""
        words, pick = self.telling.words, self.telling.voice.pick
        if want is None or fault == "unexpected":
            clause = self.telling.clause(hint) if hint is not None else "Please leave everything as it is."
            return pick(FAULTS["unexpected"]).format(c=clause)
        if fault == "items" and note.endswith(("is missing", " too")):
            return self._too_few_or_many(want, note)
        if fault == "items" and want.kind != "return" and want.swaps:
            return f"{pick(INCOMPLETE)} {self.telling.clause(want)}"
        if fault == "variant":
            return self.variants(FAULTS["variant"], tuple(swap for swap in want.swaps if swap.new is not None))
        gaps = {
            "o": words.order(want.order, number=self.telling.wish.knows_numbers) if want.order else "my other order",
            "t": self.telling.things(want) if want.swaps else "the whole order",
            "p": words.method(want.method) if want.method else "",
            "w": words.reason(want.reason),
            "a": words.address(want.address) if want.address else "",
        }
        return pick(FAULTS[fault]).format(**gaps)
