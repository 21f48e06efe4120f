"""Words: normalising, splitting into clauses, and putting typing errors right."""

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.words import stem

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|[\n;]+")
_JOINT = re.compile(r",?\s+(?:and then|and also|and|also|then|plus|but|as well as)\s+|,\s+", re.IGNORECASE)
_CONTRACTIONS = {
    "wheres": "where's",
    "whats": "what's",
    "hows": "how's",
    "im": "i'm",
    "ive": "i've",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "wont": "won't",
    "isnt": "isn't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "ur": "your",
    "u": "you",
    "r": "are",
}


def sentences(text: str) -> list[str]:
    """The sentences of a message, in order, without empty ones."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip(" .!?,;")]


def joints(sentence: str) -> list[tuple[str, str]]:
    """Every way to cut a sentence in two at a joining word or comma."""
    return [
        (sentence[: match.start()].strip(), sentence[match.end() :].strip())
        for match in _JOINT.finditer(sentence)
        if match.start() > 2 and match.end() < len(sentence) - 2
    ]


class Speller:
    """Puts typing errors right, towards the words that this shop and its procedures use."""

    def __init__(self, known: Iterable[str], targets: Iterable[str]) -> None:
        self._targets = {word for word in targets if len(word) >= 4 and word.isalpha()}
        self._known = set(known) | self._targets
        self._choices = sorted(self._targets)

    def add(self, words: Iterable[str]) -> None:
        """Learn more words, such as those of a catalogue."""
        fresh = {word for word in words if len(word) >= 4 and word.isalpha()}
        self._targets |= fresh
        self._known |= fresh
        self._choices = sorted(self._targets)

    def correct(self, text: str) -> str:
        """The text with each unknown word replaced by the one known word nearest to it, if there is just one."""
        return re.sub(r"[A-Za-z]+(?:['’][A-Za-z]+)?", lambda match: self._word(match.group()), text)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if lower in _CONTRACTIONS:
            return _CONTRACTIONS[lower]
        if len(lower) < 4 or not lower.isalpha() or lower in self._known or stem(lower) in self._known:
            return word
        allowed = 1 if len(lower) < 8 else 2
        found = process.extract(lower, self._choices, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=3)
        if not found:
            return word
        best = [choice for choice, distance, _ in found if distance == found[0][1]]
        return best[0] if len({stem(choice) for choice in best}) == 1 else word
