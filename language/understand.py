"""From a message to the requests in it."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.embedder import Embedder
from knowledge.playbook import Playbook
from knowledge.words import stem, tokens
from language.intents import IN_SCOPE, SURE, Intents, Reading, only_values
from language.places import cities
from language.recognise import address_in
from language.text import Speller, is_courtesy, joints, sentences, without_products

OUTRIGHT = 0.5
"""What it adds to a procedure's score that a clause has a word which asks for it outright."""
CERTAIN = 0.6
"""How near, and how likely ours, a clause counts that carries an address."""
_CONDITION = re.compile(r"\W*(?:if|unless|in case|should there|when|once|since|because|as)\b", re.IGNORECASE)
"""A sentence that begins so is one thought."""
_QUESTION = re.compile(
    r"\W*(?:and |but |so |hi |hello |hey )*(?:how|what|what's|which|when|why|where|who|is|are|does|did|has|have) ",
    re.IGNORECASE,
)
"""Asks for an answer, not for a deed."""
_DETAIL = re.compile(
    r"\b(?:difference|refund(?:ed)?|money back|reimburse\w*|the money)\b"
    r"|^\W*(?:and |please )*(?:use|using|via|with|by|through|on|to) (?:my |the |that |same )*"
    r"(?:original |same |credit |debit |gift )*"
    r"(?:payment|card|pay ?pal|visa|master ?card|wallet|account|method)",
    re.IGNORECASE,
)
"""Says how something else is to be paid, and is no errand of its own."""
_MARK = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+", re.MULTILINE)
"""What numbers the lines of a list."""
_ADDS = re.compile(
    r"\W*(?:(?:oh,? )?and|also|besides|next|"
    r"first(?:ly)?|second(?:ly)?|third(?:ly)?|then|another thing|one more|further(?:more)?|moreover|in addition|"
    r"additionally|plus|finally|lastly|on top of (?:that|it)|apart from that)\b",
    re.IGNORECASE,
)
"""How somebody goes on to a further point."""
_THEN = re.compile(r"\W*(?:and )?then\b", re.IGNORECASE)
"""After a question it begins what follows from the answer, not a further point."""
COMMON = 4
"""A word in the examples of so many procedures is no product's name."""


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
        spread = Counter(
            each for p in playbook for each in {stem(token) for example in p.examples for token in tokens(example)}
        )
        self.common = {each for each, count in spread.items() if count >= COMMON}
        self._verbs = {each.id: [_anywhere(verb) for verb in each.verbs] for each in playbook}
        self.lexicon: frozenset[str] = frozenset()
        """Stems of the words products are called by."""
        cities()
        self._memory: dict[str, Heard] = {}

    def learn_products(self, titles: list[str]) -> None:
        """Learn the words of the catalogue."""
        words = {token for title in titles for token in tokens(title)}
        self.speller.add(words)
        stems = {stem(word) for word in words if len(word) > 2 and word.isalpha()}
        self.lexicon = self.lexicon | (stems - self.common)
        self._memory.clear()

    def read(self, message: str) -> Heard:
        """Split a message into what it asks for."""
        known = self._memory.get(message)
        if known is None:
            if len(self._memory) > 4000:
                self._memory.clear()
            known = self._memory[message] = self._read(message)
        return known

    def _read(self, message: str) -> Heard:
        text = self.speller.correct(_MARK.sub("", message))
        requests: list[Reading] = []
        unclear: list[Reading] = []
        for point, said in enumerate(self._points(message)):
            readings = [reading for sentence in said for reading in self._clauses(sentence)]
            found, strange = self._requests(readings, requests)
            requests += [replace(each, point=point) for each in found]
            unclear += strange
        return Heard(text, requests, unclear)

    def _points(self, message: str) -> list[list[str]]:
        """The sentences of each point: an entry of a list, or what begins with `also`, `next`, `besides`."""
        points: list[list[str]] = []
        for entry in _MARK.split(message):
            text = self.speller.correct(entry)
            said = [sentence for sentence in sentences(text) or [text.strip()] if sentence]
            asking = [sentence for sentence in said if not is_courtesy(sentence)] or said
            for i, sentence in enumerate(asking):
                if i and (not _ADDS.match(sentence) or (asking[i - 1].endswith("?") and _THEN.match(sentence))):
                    points[-1].append(sentence)
                else:
                    points.append([sentence])
        return points

    def _requests(self, readings: list[Reading], before: list[Reading]) -> tuple[list[Reading], list[Reading]]:
        """The requests of one point, and what asks for nothing known.

        Args:
            readings: The point's clauses.
            before: The requests of the points before; one of them may be what a way to pay belongs to.
        """
        requests: list[Reading] = []
        unclear: list[Reading] = []
        loose = ""
        for reading in readings:
            previous = requests[-1] if requests else None
            if only_values(reading.text) and (len(readings) > 1 or before) and not self.outright(reading.text):
                if previous:
                    requests[-1] = replace(previous, text=f"{previous.text} . {reading.text}")
                else:
                    loose += f"{reading.text} . "
            elif self._pays(reading, requests) or self._pays(reading, before):
                pass
            elif not reading.in_scope:
                # What is not understood alone may still say which item a neighbour is about.
                unclear.append(reading)
                if previous:
                    requests[-1] = replace(previous, text=f"{previous.text} . {reading.text}")
                else:
                    loose += f"{reading.text} . "
            elif previous and previous.best == reading.best:
                better = max(previous, reading, key=lambda each: each.chance)
                requests[-1] = replace(better, text=f"{previous.text} {reading.text}")
            else:
                requests.append(replace(reading, text=f"{loose}{reading.text}"))
                loose = ""
        if loose and before and not requests:
            before[-1] = replace(before[-1], text=f"{before[-1].text} . {loose}")
        return requests, unclear

    def _pays(self, reading: Reading, requests: list[Reading]) -> bool:
        """Add a clause that only says how something is to be paid to the request it belongs to."""
        slots = self.playbook[reading.best].slots.values()
        if any(slot.kind in ("items", "swaps", "address") for slot in slots) or not _DETAIL.search(reading.text):
            return False
        paid = [
            i
            for i, each in enumerate(requests)
            if any(slot.kind == "payment" for slot in self.playbook[each.best].slots.values())
        ]
        if paid:
            requests[paid[-1]] = replace(requests[paid[-1]], text=f"{requests[paid[-1]].text} . {reading.text}")
        return bool(paid)

    def _readings(self, clauses: list[str]) -> list[Reading]:
        """Read each clause as it is and with the products in it made one word; the better understood one counts.

        What somebody asks for does not depend on what they bought, and a name nobody trained on blurs it.
        """
        plainer = [without_products(clause, self.lexicon) for clause in clauses]
        both = self.intents.read([*clauses, *plainer])
        return [
            self._with_verbs(self._with_address(replace(better, text=clause)))
            for clause, one, other in zip(clauses, both, both[len(clauses) :], strict=False)
            for better in [one if one.chance >= other.chance else other]
        ]

    def outright(self, text: str) -> set[str]:
        """Procedures that a text asks for by a word of their own."""
        said = " ".join(_stems(text))
        return {name for name, verbs in self._verbs.items() if any(verb.search(said) for verb in verbs)}

    def _with_verbs(self, reading: Reading) -> Reading:
        asked = self.outright(reading.text)
        if not asked or _QUESTION.match(reading.text):
            return reading
        scores = {name: score + OUTRIGHT * (name in asked) for name, score in reading.scores.items()}
        total = sum(scores.values())
        scores = {name: score / total for name, score in scores.items()}
        raised = replace(reading, scores=scores)
        if raised.best not in asked:
            return raised
        return replace(raised, nearness=max(reading.nearness, SURE), chance=max(reading.chance, IN_SCOPE))

    def _with_address(self, reading: Reading) -> Reading:
        """Who writes a whole street address asks for something that needs one."""
        if not {"address1", "zip"} <= address_in(reading.text).keys():
            return reading
        asking = [p.id for p in self.playbook if any(slot.kind == "address" for slot in p.slots.values())]
        likeliest = max(asking, key=lambda name: reading.scores[name])
        scores = {name: score + 0.6 * (name == likeliest) for name, score in reading.scores.items()}
        total = sum(scores.values())
        return Reading(
            reading.text,
            {name: score / total for name, score in scores.items()},
            max(reading.nearness, CERTAIN),
            max(reading.chance, CERTAIN),
        )

    def _clauses(self, sentence: str) -> list[Reading]:
        """Cut a sentence where both sides, each on its own, surely ask for different things."""
        cuts = [] if _CONDITION.match(sentence) else [cut for cut in joints(sentence) if not _halves(sentence, cut)][:6]
        readings = self._readings([sentence, *(side for cut in cuts for side in cut)])
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


def _anywhere(verb: str) -> re.Pattern[str]:
    """Finds the words of a verb in stems, a few others between them: `send it all back`."""
    return re.compile(r"\b" + r"(?: \w+){0,3} ".join(map(re.escape, _stems(verb))) + r"\b")


def _halves(sentence: str, sides: tuple[str, str]) -> bool:
    """Whether a cut goes through an address, which has commas of its own."""
    whole = {"address1", "zip"}
    return whole <= address_in(sentence).keys() and not any(whole <= address_in(side).keys() for side in sides)


def _stems(text: str) -> list[str]:
    return [stem(token) for token in tokens(text)]
