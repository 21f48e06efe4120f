"""Words: normalising, splitting into clauses, and putting typing errors right."""

import re
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[#@$%]")
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

STOPWORDS = frozenset(
    """a about actually after again all already also am an and any anyone anything are as at be because been
    before being but by can cannot could did do does doing done for from get gets getting give go going got
    had has have having he hello help her here hey hi him his how i if in into is it its just know let like
    look made make many may me might more most much must my need never new no not now of off ok okay on one
    ones only or our out over please put really said same say see send she should since so some still take
    tell than thank thanks that the their them then there these they thing things this those to today too up
    us very want wanted was way we well went were what when where which while who why will with won't would
    yes yet you your i'm i've i'd it's don't can't didn't doesn't isn't""".split()
)


def tokens(text: str) -> list[str]:
    """Lower-cased words and numbers, apostrophes kept."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def stem(word: str) -> str:
    """A light stem that brings singular and plural together."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def content_stems(text: str) -> list[str]:
    """The stems that carry meaning, in order."""
    return [stem(token) for token in tokens(text) if (token not in STOPWORDS and token.isalnum()) or "'" in token]


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
