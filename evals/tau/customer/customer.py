"""A person with wishes, who hears an assistant out and answers."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from evals.tau.customer.answers import AGAIN, INSIST, LEAVE, STILL, YES, Answers
from evals.tau.customer.cards import Verdict, is_same_order, judge, kind_of
from evals.tau.customer.link import Heard
from evals.tau.customer.openers import Telling
from evals.tau.customer.persona import Voice, persona_for
from evals.tau.customer.reading import Reading, focus_of, is_named, names_item, read
from evals.tau.customer.transcript import Ended
from evals.tau.customer.wish import Ask, Kind, Want, Wish
from evals.tau.customer.words import Words

State = Literal["later", "open", "done", "refused"]
FACTS: tuple[Ask, ...] = ("order", "item", "option", "method", "reason", "address")
_DONE = re.compile(
    r"\b(done|cancelled|canceled|changed|updated|set up|booked|requested|has been|is now|now goes)\b", re.I
)
_WHOLE = re.compile(r"as a whole|(whole|entire|complete) order|only .* (whole|entire)", re.I)
SWAPPING = ("return", "exchange", "items")
PATIENCE = 4
IMPATIENT = (
    "I'm saying this for the",
    "You've asked before, so for the",
    "And now for the",
    "As I wrote already, for the",
)
_ORDINALS = tuple(
    f"{word} time" for word in ("third", "fourth", "fifth", "umpteenth", "hundredth", "last", "very last")
)
NOTHING_TO_ADD: dict[Ask, tuple[str, ...]] = {
    "order": ("I don't have an order number.", "I can't tell you which one, I've no number here."),
    "item": (
        "None, I was only asking.",
        "Nothing at all, I'm just asking.",
        "I don't want anything done with an item.",
    ),
    "option": ("I haven't decided on any.", "I can't say, none in particular."),
    "method": ("The way I paid, I suppose.", "Just however I paid for it."),
    "reason": ("I have my reasons.", "No special reason."),
    "address": ("No, the address stays as it is.", "I don't want any address changed."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer does next: writes, or answers a card by a button."""

    text: str = ""
    decision: Literal["", "confirm", "decline"] = ""
    proposal_id: str = ""
    """Set where a button is pressed."""
    why: str = ""
    asked: tuple[str, ...] = ()
    ends: Ended | None = None
    """Set with the last message."""


class Customer:
    """Remembers what was said and decides what to say; knows nothing of the shop's inside."""

    def __init__(self, wish: Wish, seed: int) -> None:
        self.wish = wish
        self.rng = random.Random(f"{wish.case_id}:{seed}")
        persona = persona_for(self.rng)
        keep = ("PayPal Visa Mastercard", wish.user.name, wish.email, wish.user.email, wish.user.address.city)
        self.voice = Voice(persona, self.rng, keep)
        self.answers = Answers(Telling(wish, Words(wish.world, wish.user, self.rng), self.voice, self.rng))
        script = wish.script
        later = {i for step in script.steps for i in step.wants}
        first = set(range(len(wish.wants))) - later if script.first is None else set(script.first)
        self.states: list[State] = ["open" if i in first else "later" for i in range(len(wish.wants))]
        self._steps = list(script.steps)
        self._facts = {ask: list(said) for ask, said in script.facts.items()}
        self._on_card = list(script.on_card)
        self._insists = list(script.insists)
        self._regrets = script.regrets
        self._pending = ""
        self._confirmed: list[Want] = []
        self._declined = 0
        self._asked_again: dict[int, int] = {}
        self._asked: dict[tuple[int, Ask], int] = {}
        self._lines: dict[str, int] = {}
        self._handed_over = False
        self._known = False

    def opening(self) -> Said:
        """The first message."""
        if self.wish.script.openers:
            return Said(self.voice.write(self.rng.choice(self.wish.script.openers)))
        return Said(self.answers.telling.opener(self._open()))

    def answer(self, heard: Heard) -> Said:
        """What to say or press now."""
        self._note_receipts(heard)
        self._known = self._known or heard.signed_in
        reading = read(heard.text)
        self.answers.shown.update(reading.numbers)
        self.answers.shown.update(f"#{n.lstrip('#')}" for card in heard.cards for n in _numbers_on(card))
        self._handed_over = self._handed_over or heard.escalated
        if heard.proposals:
            return self._judge(heard.proposals[-1])
        if self._confirmed and not reading.refused and not set(reading.asks) - {"else"} and _DONE.search(heard.text):
            self._close(self._confirmed, "done")
        self._confirmed = []
        if self._pending:
            pending, self._pending = self._pending, ""
            return Said(self._fresh(lambda: pending), asked=reading.asks)
        return self._reply(reading, heard)

    def _open(self) -> list[Want]:
        return [want for want, state in zip(self.wish.wants, self.states, strict=True) if state == "open"]

    def _close(self, wants: Sequence[Want], state: State) -> None:
        for want in wants:
            self.states[self.wish.wants.index(want)] = state

    # Cards

    def _note_receipts(self, heard: Heard) -> None:
        for part in (part for receipt in heard.receipts for part in receipt.get("parts", [])):
            fits = [w for w in self._open() if w.kind == kind_of(part) and is_same_order(part, w)]
            sure = [want for want in fits if want in self._confirmed] or fits
            if sure and part.get("done", True):
                self._close(sure[:1], "done")
                self._asked_again.clear()

    def _judge(self, proposal: dict[str, Any]) -> Said:
        self._pending = ""
        verdict = judge(proposal, self._open(), self.wish.world, self.wish.user)
        if verdict.fault is None and self._regrets:
            said, self._regrets = self._regrets, ""
            self._close(verdict.wants, "refused")
            return self._decline(proposal, said, "changed its mind")
        if verdict.fault is None:
            self._confirmed, self._declined = list(verdict.wants), 0
            clicks = self.voice.persona.clicks
            return Said("" if clicks else self._yes(), "confirm", proposal["id"] if clicks else "")
        self._declined += 1
        if not self._open() and self._declined > PATIENCE:
            self._declined = 0
            step = self._next(())
            return replace(step, text=f"{self.voice.write('No!')} {step.text}", decision="decline", why=verdict.note)
        if self._declined > PATIENCE and self._open():
            wrong = [verdict.want] if verdict.want in self._open() and verdict.want else self._open()[:1]
            self._close(wrong, "refused")
            self._declined = 0
            return self._decline(proposal, "No. Forget about it then.", f"gave up: {verdict.note}")
        return self._decline(proposal, self._correction(verdict), verdict.note or str(verdict.fault))

    def _correction(self, verdict: Verdict) -> str:
        if self._on_card and (verdict.fault == "unexpected" or self.wish.wants):
            return self._on_card.pop(0)
        assert verdict.fault is not None
        hint = verdict.want or next(iter(self._open()), None)
        return self._fresh(lambda: self.answers.fault(verdict.fault or "unexpected", verdict.want, hint, verdict.note))

    def _decline(self, proposal: dict[str, Any], words: str, why: str) -> Said:
        if self.voice.persona.clicks:
            self._pending = words
            return Said("", "decline", proposal["id"], why)
        return Said(self.voice.write(words), "decline", "", why)

    # Questions

    def _reply(self, reading: Reading, heard: Heard) -> Said:
        asks = reading.asks
        focus = focus_of(heard.text, self._open())
        if "identity" in asks and not self._known:
            return Said(self._fresh(lambda: self._identity(heard.text)), asked=asks)
        wanted = [ask for ask in asks if ask in FACTS]
        if wanted and focus is not None and self._is_mistaken(reading, heard.text):
            return Said(self._fresh(lambda: self.answers.fault("unexpected", None, focus)), asked=asks)
        if wanted and self._is_tired(focus, wanted[0]):
            return self._leave(focus, asks) if focus is not None else self._next(asks)
        if wanted:
            text = self._told(wanted, focus, heard.text)
            if not text and focus is not None and "confirm" not in asks:
                text = self._fresh(lambda: self.answers.fault("unexpected", None, focus))
            if text:
                return Said(text, asked=asks)
        if self._handed_over and "confirm" not in asks:
            return self._goodbye("handed_over", asks)
        if reading.refused and focus is not None and not heard.receipts:
            return self._refusal(focus, asks, heard.text)
        if "confirm" in asks:
            return Said(self._to_confirm(reading, heard.text, focus), asked=asks)
        if focus is not None:
            return self._still(focus, asks, done_some=bool(heard.receipts) or "else" in asks)
        return self._next(asks)

    def _is_mistaken(self, reading: Reading, text: str) -> bool:
        """Whether the question is about something it does not want, or about another product."""
        kinds: set[Kind] = {"exchange" if want.kind == "items" else want.kind for want in self._open()}
        topics = set(reading.topics) - ({"return"} if "exchange" in kinds else set())
        if self.wish.script.openers:
            kinds |= {want.kind for want in self.wish.wants}
            topics &= {"payment", "address", "profile"}
        if topics and not topics & kinds:
            return True
        mine = [swap.old for want in self._open() for swap in want.swaps]
        if (
            not {"item", "option"} >= set(reading.asks)
            or not mine
            or any(want.kind not in SWAPPING for want in self._open())
        ):
            return False
        owned = [item for order in self.wish.world.orders_of(self.wish.user.user_id) for item in order.items]
        return any(item.name.lower() in text.lower() for item in owned) and not any(names_item(text, i) for i in mine)

    def _identity(self, text: str) -> str:
        if "identity" in self._facts:
            return self._fact("identity")
        plain = text.lower()
        mail, by_zip = "mail" in plain, bool(re.search(r"zip|postal|post ?code|name", plain))
        return self.answers.identity(only="" if mail == by_zip else ("email" if mail else "zip"))

    def _fact(self, ask: str) -> str:
        said = self._facts[ask]
        return said.pop(0) if len(said) > 1 else said[0]

    def _told(self, asks: Sequence[Ask], focus: Want | None, text: str) -> str:
        """What it knows of the things asked, or nothing."""
        by_hand = [self._fact(ask) for ask in asks[:3] if ask in self._facts]

        def tell() -> str:
            told = list(by_hand)
            for ask in (ask for ask in asks[:3] if ask not in self._facts):
                if ask == "method" and not is_named(text, self._open()):
                    told.append(self.answers.methods(self._open()))
                elif focus is not None:
                    told.append(self.answers.to(ask, focus, text) or self._from_another(ask, text))
                elif not self.wish.wants:
                    told.append(self.rng.choice(NOTHING_TO_ADD[ask]))
            return " ".join(sentence for sentence in told if sentence)

        return self._fresh(tell) if tell() else ""

    def _from_another(self, ask: Ask, text: str) -> str:
        """What it can say about its other wishes, where the asked one has no answer."""
        return next((said for want in self._open() if (said := self.answers.to(ask, want))), "")

    def _to_confirm(self, reading: Reading, text: str, focus: Want | None) -> str:
        if "confirm" in self._facts:
            return self._fresh(lambda: self._fact("confirm"))
        if focus is None:
            return self._fresh(
                lambda: self.rng.choice(("No, nothing more, please.", "No, please don't do anything.", "No, not that."))
            )
        orders = {want.order.order_id for want in self._open() if want.order is not None}
        if reading.numbers and not set(reading.numbers) & orders:
            return self._fresh(lambda: self.answers.fault("order", focus, focus) if focus.order else "No, not that.")
        owned = [item for order in self.wish.world.orders_of(self.wish.user.user_id) for item in order.items]
        mine = [i for w in self._open() for i in ([s.old for s in w.swaps] or (w.order.items if w.order else ()))]
        named = [item for item in owned if item.name.lower() in text.lower()]
        if named and mine and not any(names_item(text, item) for item in mine):
            return self._fresh(lambda: self.answers.fault("unexpected", None, focus))
        return self._yes()

    def _yes(self) -> str:
        return self.voice.write(self.voice.pick(YES))

    def _refusal(self, focus: Want, asks: tuple[Ask, ...], text: str) -> Said:
        at = self.wish.wants.index(focus)
        times = self._asked_again[at] = self._asked_again.get(at, 0) + 1
        if self._insists:
            said = self._insists.pop(0)
            return Said(self.voice.write(said), asked=(*asks, "refused"))
        if times == 1 and focus.kind == "cancel" and _WHOLE.search(text):
            return Said(self._fresh(lambda: self.answers.whole_order(focus)), asked=(*asks, "refused"))
        if times == 1:
            return Said(
                self._fresh(lambda: self.voice.pick(INSIST).format(c=self.answers.telling.clause(focus))),
                asked=(*asks, "refused"),
            )
        return self._leave(focus, asks)

    def _is_tired(self, focus: Want | None, ask: Ask) -> bool:
        """Whether it has been asked the same thing about the same wish too often."""
        key = (self.wish.wants.index(focus) if focus is not None else -1, ask)
        self._asked[key] = self._asked.get(key, 0) + 1
        return self._asked[key] > PATIENCE + 1

    def _leave(self, focus: Want, asks: tuple[Ask, ...]) -> Said:
        """Let one wish go, and go on with the others."""
        self._close([focus], "refused")
        rest = self._open()
        leave = self.voice.pick(LEAVE)
        if rest:
            return Said(
                self.voice.write(f"{leave} {self.voice.pick(STILL).format(c=self.answers.telling.clause(rest[0]))}"),
                asked=asks,
            )
        if self._steps:
            step = self._next(asks)
            return Said(f"{self.voice.write(leave)} {step.text}", asked=asks)
        return self._goodbye("refused", asks, leave)

    def _still(self, focus: Want, asks: tuple[Ask, ...], *, done_some: bool) -> Said:
        clause = self.answers.telling.clause
        if done_some or self._handed_over:
            return Said(self._fresh(lambda: self.voice.pick(STILL).format(c=clause(focus))), asked=asks)
        return Said(self._fresh(lambda: self.voice.pick(AGAIN).format(c=clause(focus))), asked=asks or ("other",))

    def _next(self, asks: tuple[Ask, ...]) -> Said:
        """The next thing on its mind, or goodbye."""
        if not self.wish.wants and self._insists:
            return Said(self.voice.write(self._insists.pop(0)), asked=asks)
        if not self._steps:
            return self._goodbye("refused" if "refused" in self.states else "done", asks)
        step = self._steps.pop(0)
        for i in step.wants:
            self.states[i] = "open"
        return Said(self.voice.write(step.say), asked=asks)

    def _goodbye(self, why: Ended, asks: tuple[Ask, ...], first: str = "") -> Said:
        return Said(f"{self.voice.write(first)} {self.voice.write(self.voice.thanks())}".strip(), asked=asks, ends=why)

    def _fresh(self, make: Any) -> str:
        """A line in the person's manner, and never the same one three times."""
        line = ""
        for _ in range(8):
            line = self.voice.write(str(make()))
            if self._lines.get(line, 0) < 2:
                break
        else:
            line = self.voice.write(
                f"{self.rng.choice(IMPATIENT)} {_ORDINALS[len(self._lines) % len(_ORDINALS)]}: {line}"
            )
        self._lines[line] = self._lines.get(line, 0) + 1
        return line


def _numbers_on(card: dict[str, Any]) -> list[str]:
    orders = card.get("orders", [card] if card.get("kind") == "order" else [])
    return [str(order.get("number", "")) for order in orders]
