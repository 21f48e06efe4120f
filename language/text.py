"""Words: normalising, splitting into clauses, and putting typing errors right."""

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.words import stem, tokens

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|[\n;]+")
_JOINT = re.compile(r",?\s+(?:and then|and also|and|also|then|plus|as well as)\s+|,\s+", re.IGNORECASE)
_WORD_OR_EMAIL = re.compile(r"[\w.+'-]+@[\w.-]+|[A-Za-z]+(?:['’][A-Za-z]+)?")
_COURTESY = re.compile(
    r"\W*(?:please )?(?:can|could|would|will) (?:you|u|someone|anyone|somebody) (?:please |kindly |be able to )*"
    r"(?:help|assist)(?: me| us)?(?: out)?(?: with (?:that|this|it|these))?,?(?: please)?\W*",
    re.IGNORECASE,
)
_CONTRACTIONS = {
    **{
        word.replace("'", ""): word
        for word in """where's what's how's who's that's there's i'm i've don't doesn't didn't can't won't isn't hasn't
        haven't aren't weren't wasn't couldn't wouldn't shouldn't hadn't you're they're you've they've we've""".split()
    },
    "pls": "please", "plz": "please", "thx": "thanks", "ur": "your", "u": "you", "r": "are",
}  # fmt: skip
"""What hurried people write, with `were`, `ill` and `its` left alone, which are words of their own."""


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


def is_courtesy(clause: str) -> bool:
    """Whether a clause only asks for help with what is said beside it: "could you help me with that?"."""
    return _COURTESY.fullmatch(clause) is not None


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
        return _WORD_OR_EMAIL.sub(
            lambda match: match.group() if "@" in match.group() else self._word(match.group()), text
        )

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


PRODUCT = "item"
"""What stands for any product when the words of a request are read."""


def without_products(text: str, lexicon: frozenset[str]) -> str:
    """The text with every run of product words made one word.

    Args:
        text: What somebody wrote.
        lexicon: Stems of the words that products are called by.
    """
    words: list[str] = []
    for word in text.split():
        if not any(stem(token) in lexicon for token in tokens(word)):
            words.append(word)
        elif not words or words[-1] != PRODUCT:
            words.append(PRODUCT)
    return " ".join(words)
