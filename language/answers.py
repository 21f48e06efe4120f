"""Short answers: yes, no, which one, how many."""

import re
from typing import Literal

from knowledge.words import tokens

_YES = frozenset(
    """yes yep yeah yup k kk ya yea sure ok okay okey confirm confirmed correct right agreed absolutely definitely
    affirmative exactly proceed fine perfect alright aye y""".split()
)
_YES_PHRASES = (
    "go ahead",
    "do it",
    "do that",
    "go for it",
    "please do",
    "sounds good",
    "that's right",
    "that is right",
    "that works",
    "that's fine",
    "that is fine",
    "works for me",
    "let's do it",
    "lets do it",
    "that's correct",
    "that is correct",
    "i confirm",
    "i agree",
    "make it so",
    "looks good",
    "looks right",
    "of course",
    "by all means",
    "i'm sure",
    "i am sure",
    "yes i do",
    "good to go",
    "that's it",
    "all good",
    "do so",
    "sure thing",
)
_NO = frozenset("""no nope nah nay negative n""".split())
_NO_PHRASES = (
    "don't",
    "do not",
    "dont",
    "never mind",
    "nevermind",
    "forget it",
    "leave it",
    "keep it",
    "not now",
    "no thanks",
    "no thank you",
    "stop",
    "cancel that",
    "changed my mind",
    "rather not",
    "i'd rather keep",
    "not anymore",
    "hold on",
    "wait",
    "no way",
    "absolutely not",
    "definitely not",
)
_FILLER = frozenset(
    """please thanks thank you very much that this it it's is i me my the a to with and now then so just go
    ahead for great cool awesome good yes ty pls would like want i'd you're kindly oh um uh well hey ahead hang on right
    nice done""".split()
)
_ECHO = frozenset("""cancel return send ship change update refund them order item back one""".split())
"""Words that repeat what is agreed to, as in "yes cancel it"."""
_ARTICLES = frozenset({"the", "a", "an", "my"})
"""After one of these a word describes something: "the right one" agrees to nothing."""
_SIGNS: dict[str, Literal["yes", "no"]] = {"👍": "yes", "✅": "yes", "👌": "yes", "👎": "no", "❌": "no"}
_SPELLED = {
    "thats": "that's",
    "yse": "yes",
    "yess": "yes",
    "yees": "yes",
    "yea": "yeah",
    "ye": "yes",
    "sur": "sure",
    "oky": "okay",
    "okey": "okay",
    "pleas": "please",
    "confrim": "confirm",
    "cofirm": "confirm",
    "dont": "don't",
    "nevermind": "never mind",
}
"""Slips of the fingers in the words that decide."""
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "sixth": 5,
    "top": 0,
    "former": 0,
    "latter": 1,
    "last": -1,
    "bottom": -1,
}
NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a": 1,
    "an": 1,
    "couple": 2,
    "pair": 2,
    "both": 2,
    "dozen": 12,
}
_AMOUNTS = frozenset({"a", "an", "couple", "pair", "both", "dozen"})
"""Words that count things and stand for no position."""


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """A clear yes, a clear no, or neither.

    Either must say nothing else: "yes, but to my other address" and "no wait, the lamp" are neither, so that
    nobody is taken to have agreed to more, or to have dropped more, than they said. A question is neither.
    """
    if text.rstrip().endswith("?"):
        return None
    words = [_SPELLED.get(word, word) for word in tokens(text)]
    lowered = " ".join(words)
    if not lowered:
        return _SIGNS.get(text.strip())
    rest, refused = _without(f" {lowered} ", _NO_PHRASES)
    rest, agreed = _without(rest, _YES_PHRASES)
    words = rest.split()
    refused = refused or any(word in _NO for word in words)
    agreed = agreed or any(
        word in _YES and before not in _ARTICLES for before, word in zip(["", *words], words, strict=False)
    )
    rest_of = [word for word in words if word not in _YES and word not in _NO and word not in _FILLER]
    if any(word not in _ECHO for word in rest_of) or (rest_of and (refused or not agreed)):
        return None
    if refused:
        return "no"
    return "yes" if agreed else None


def _without(text: str, phrases: tuple[str, ...]) -> tuple[str, bool]:
    """The text without the phrases, and whether there was one."""
    found = False
    for phrase in phrases:
        while f" {phrase} " in text:
            text, found = text.replace(f" {phrase} ", "  ", 1), True
    return text, found


def chosen(text: str, options: list[str]) -> list[int]:
    """Which of the numbered options an answer names by position; empty where it names none.

    `both` and `all` name every option. An answer such as `2` counts from one.
    """
    words = tokens(text)
    if not words or not options:
        return []
    if set(words) & {"all", "everything"} or ("both" in words and len(options) == 2):
        return list(range(len(options)))
    if set(words) & {"either", "any", "whichever"}:
        return [0]
    picked = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if "other" in words and len(options) == 2 and not picked:
        return [1]
    if not picked:
        bare = [word for word in words if word not in {"number", "option", "the", "please", "#", "one"}]
        if len(bare) == 1 and re.fullmatch(r"[1-9]\d?", bare[0]):
            picked = [int(bare[0]) - 1]
        elif len(words) == 1 and words[0] in NUMBERS and words[0] not in _AMOUNTS:
            picked = [NUMBERS[words[0]] - 1]
    return [len(options) - 1 if each == -1 else each for each in picked if -1 <= each < len(options)]


def quantity_in(text: str) -> int | None:
    """How many units a phrase speaks of, such as `2 of the mugs` or `both mugs`."""
    match = re.search(r"(?<![\w#.,-])(\d{1,2})(?![\w.,-]*\d|-)\s*(?:x\b)?", text.lower())
    if match and int(match.group(1)) > 0:
        return int(match.group(1))
    for word in tokens(text):
        if word in NUMBERS and word not in {"a", "an"}:
            return NUMBERS[word]
    return None
