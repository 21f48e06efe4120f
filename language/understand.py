"""From a message to the requests in it."""

from dataclasses import dataclass, field
from pathlib import Path

from knowledge.embedder import Embedder
from knowledge.playbook import Playbook
from language.intents import Intents, Reading
from language.text import Speller, joints, sentences, stem, tokens


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message asks for."""

    text: str
    """The message, typing errors put right."""
    requests: list[Reading] = field(default_factory=list)
    """Clauses that ask for something, in order; neighbours asking for the same are one."""
    unclear: list[Reading] = field(default_factory=list)
    """Clauses that ask for nothing known."""


class Understanding:
    """Reads messages; made once, used by every conversation."""

    def __init__(self, playbook: Playbook, embedder: Embedder, cache: Path | None = None) -> None:
        self.playbook = playbook
        self.embedder = embedder
        self.intents = Intents(playbook, embedder, cache)
        examples = {token for each in playbook for example in each.examples for token in tokens(example)}
        self.speller = Speller(known=embedder.vocabulary(), targets=examples)
        self.lexicon: frozenset[str] = frozenset()
        """Stems of the words products are called by."""
        self._memory: dict[str, Heard] = {}

    def learn_products(self, titles: list[str]) -> None:
        """Learn the words of the catalogue."""
        words = {token for title in titles for token in tokens(title)}
        self.speller.add(words)
        self.lexicon = self.lexicon | {stem(word) for word in words if len(word) > 2 and word.isalpha()}

    def read(self, message: str) -> Heard:
        """Split a message into what it asks for."""
        known = self._memory.get(message)
        if known is None:
            if len(self._memory) > 4000:
                self._memory.clear()
            known = self._memory[message] = self._read(message)
        return known

    def _read(self, message: str) -> Heard:
        text = self.speller.correct(message)
        readings: list[Reading] = []
        for sentence in sentences(text) or [text.strip()]:
            if sentence:
                readings += self._clauses(sentence)
        requests: list[Reading] = []
        unclear: list[Reading] = []
        for reading in readings:
            if not reading.in_scope:
                unclear.append(reading)
            elif requests and requests[-1].best == reading.best:
                previous = requests[-1]
                requests[-1] = Reading(
                    f"{previous.text} {reading.text}",
                    previous.scores,
                    max(previous.nearness, reading.nearness),
                )
            else:
                requests.append(reading)
        return Heard(text, requests, unclear)

    def _clauses(self, sentence: str) -> list[Reading]:
        """Cut a sentence where both sides, each on its own, surely ask for different things."""
        cuts = joints(sentence)[:6]
        readings = self.intents.read([sentence, *(side for cut in cuts for side in cut)])
        whole, sides = readings[0], readings[1:]
        best: tuple[float, Reading, Reading] | None = None
        for i in range(0, len(sides), 2):
            left, right = sides[i], sides[i + 1]
            if left.best != right.best and left.sure and right.sure:
                strength = left.nearness + right.nearness
                if best is None or strength > best[0]:
                    best = (strength, left, right)
        if best is None:
            return [whole]
        return [*self._clauses(best[1].text), *self._clauses(best[2].text)]
