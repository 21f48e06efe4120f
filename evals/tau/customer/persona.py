"""Manners: how one person's messages differ from another's."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "terse", "polite", "rambling", "grumpy", "hesitant", "lowercase", "cheerful"]

STYLES: tuple[Style, ...] = (
    "plain",
    "plain",
    "terse",
    "polite",
    "rambling",
    "grumpy",
    "hesitant",
    "lowercase",
    "cheerful",
)

GREETINGS: dict[Style, tuple[str, ...]] = {
    "plain": ("Hi.", "Hello,", "Hi there,", "", "Good morning.", "Hey,"),
    "terse": ("", "", "hi"),
    "polite": ("Hello, I hope you're well.", "Good afternoon, could you help me please?", "Hi, sorry to bother you."),
    "rambling": (
        "Hi there, so I've been meaning to write for a few days now and finally got around to it.",
        "Hello! It's been one of those weeks and I'm only now going through my mails.",
        "Hi, I was talking this over with my sister last night and she said I should just ask you.",
        "Hey, so we're in the middle of moving house and everything is upside down.",
    ),
    "grumpy": ("", "Right.", "I'm not happy.", "Hello. I hope this won't take long."),
    "hesitant": ("Um, hi.", "Hi, uh, I hope I'm in the right place.", "Hello... I'm not sure how this works."),
    "lowercase": ("hi", "hey", "hello", ""),
    "cheerful": ("Hey there!", "Hi! Hope you're having a great day!", "Hello hello!", "Hiya!"),
}

CLOSERS: dict[Style, tuple[str, ...]] = {
    "plain": ("", "", "Thanks.", "Can you do that?"),
    "terse": ("", "thx"),
    "polite": ("Thank you very much in advance.", "Would that be possible? Thank you!", "Many thanks."),
    "rambling": (
        "Anyway, sorry for the long story, I hope you can sort it out.",
        "I know that's a lot of text, I tend to do that.",
        "My husband says I should have checked twice, and he's probably right.",
    ),
    "grumpy": ("Please be quick about it.", "I don't have all day.", ""),
    "hesitant": ("If that's alright.", "I hope that's okay?", "Sorry if that's a bother."),
    "lowercase": ("", "thanks", "pls"),
    "cheerful": ("Thanks a bunch!", "You're a star!", "Thank you!!"),
}

THANKS: dict[Style, tuple[str, ...]] = {
    "plain": ("Thanks, that's all.", "Great, that was everything. Thank you.", "Perfect, thanks for the help. Bye."),
    "terse": ("thx bye", "that's it, thanks", "done, thanks"),
    "polite": ("Thank you so much for your help, that was all.", "That is everything, thank you kindly. Goodbye."),
    "rambling": (
        "Lovely, thank you, that's a weight off my mind. That's all from me, goodbye!",
        "Great, that's all, now I can get back to the boxes. Thanks, bye!",
    ),
    "grumpy": ("Finally. That's all.", "Fine. That's it then, bye.", "Alright, that was everything."),
    "hesitant": ("Oh, okay, thank you. That's all, I think. Bye.", "Um, that's everything. Thanks."),
    "lowercase": ("ok thanks that's all", "cool thats everything, bye", "thank you, bye"),
    "cheerful": ("Awesome, that's all! Have a great day!", "Wonderful, thank you! Bye for now!"),
}

_WORD = re.compile(r"[A-Za-z']+")


@dataclass(frozen=True, slots=True)
class Persona:
    """One person's way to write."""

    style: Style
    typos: float
    """The share of longer words that come out wrong."""
    lists: bool
    """Several wishes become a list."""
    clicks: bool
    """Answers cards by their buttons, not in words."""


def persona_for(rng: random.Random) -> Persona:
    """Pick a person."""
    style = rng.choice(STYLES)
    typos = rng.choice((0.0, 0.0, 0.0, 0.04, 0.08))
    return Persona(style, typos, rng.random() < 0.4, rng.random() < 0.6)


class Voice:
    """Picks among sayings, never the same thing three times, and writes it in the person's manner."""

    def __init__(self, persona: Persona, rng: random.Random, keep: Sequence[str] = ()) -> None:
        self.persona = persona
        self.rng = rng
        self._said: dict[str, int] = {}
        self._keep = {word.lower() for text in keep for word in _WORD.findall(text)}

    def pick(self, sayings: Sequence[str]) -> str:
        """One of the sayings, the least used ones first."""
        least = min(self._said.get(saying, 0) for saying in sayings)
        chosen = self.rng.choice([saying for saying in sayings if self._said.get(saying, 0) == least])
        self._said[chosen] = self._said.get(chosen, 0) + 1
        return chosen

    def greeting(self) -> str:
        """How a conversation begins."""
        return self.pick(GREETINGS[self.persona.style])

    def closer(self) -> str:
        """How the first message ends."""
        return self.pick(CLOSERS[self.persona.style])

    def thanks(self) -> str:
        """How a conversation ends."""
        return self.pick(THANKS[self.persona.style])

    def write(self, text: str) -> str:
        """The text as this person types it."""
        text = re.sub(r"[ \t]+", " ", text).strip()
        text = re.sub(r" ([.,!?])", r"\1", text)
        if self.persona.typos:
            text = _WORD.sub(lambda match: self._typo(match.group(0), text, match.start()), text)
        if self.persona.style == "lowercase":
            text = text[:-1].lower() if text.endswith(".") else text.lower()
        elif text and text[0].islower() and self.persona.style not in ("terse", "hesitant"):
            text = text[0].upper() + text[1:]
        return text

    def _typo(self, word: str, text: str, at: int) -> str:
        near = text[max(0, at - 1) : at + len(word) + 1]
        if len(word) < 5 or word.lower() in self._keep or re.search(r"[\d@.#_]\w|\w[@_]", near):
            return word
        if self.rng.random() >= self.persona.typos:
            return word
        i = self.rng.randrange(1, len(word) - 2)
        how = self.rng.randrange(3)
        if how == 0:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if how == 1:
            return word[:i] + word[i + 1 :]
        return word[:i] + word[i] + word[i:]
