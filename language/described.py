"""Orders told by what is in them: "the order with the skateboard", "it came with the headphones", "my tent order"."""

import re
from dataclasses import dataclass

_END = r"(?=\s*(?:[,.;:!?()]|\b(?:and|please|pls|in it|because|as|since|to|that|which|for|has|can|should)\b|$))"
_THING = rf"(?:the |a |an |my |those |these )?([\w][\w' -]{{2,50}}?){_END}(?: in it)?"
_ORDER = r"(?:order|purchase|parcel|package|delivery|shipment)"
_TOLD = re.compile(
    rf"\b{_ORDER}\s+(?:(?:that|which)\s+(?:has|had|contains?|contained|includes?|included|came with|holds|comes with)|"
    rf"with|containing|including|where i (?:bought|ordered|got)|having|contains)\s+{_THING}"
    rf"|\b(?:it|they|which|that|this)\s+(?:came|come|arrived|(?:was|were|is|are)\s+(?:delivered|bought|ordered|shipped)?)\s*"
    rf"(?:together\s+|along\s+)?with\s+{_THING}"
    rf"|\b(?:bought|ordered|delivered|arrived)\s+(?:together|along)\s+with\s+{_THING}"
    rf"|\bsame\s+{_ORDER}\s+as\s+{_THING}"
    r"|\bone\s+(?:with|containing|that has)\s+(?:the |a |an |my )?([\w][\w' -]{2,50}?) in it\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:the|my|that|in|from|for)\s+((?:[\w'-]+\s+){{1,3}}){_ORDER}\b(?!\s+(?:number|no\b|#))", re.IGNORECASE
)
"""The order by the thing's name alone: `the bookshelf order`."""
_TAKEN = " § "
"""Stands for an order that has been told, so that it is not read once more."""
_BARE = frozenset(
    """whole entire full complete last latest recent first newest oldest previous other same new old pending delivered
    processed cancelled open current the my that this an a in from for of second third next single one
    both all any each every return cancel exchange change shipped""".split()
)

_JOINS = frozenset("off from in out of on to for with and or into at by".split())
"""Between a thing and the word `order` these make it a part of the order, not its name: "the bottle off my order"."""


@dataclass(frozen=True, slots=True)
class Told:
    """A text without what tells which order is meant, and that."""

    rest: str
    things: tuple[str, ...]
    """What is in the order, as it was said."""


def told_by_content(text: str) -> Told:
    """Take out what says which order is meant by naming what is in it."""
    things: list[str] = []

    def take(match: re.Match[str]) -> str:
        said = next((group for group in match.groups() if group), "").strip()
        words = [word for word in said.split() if word.lower() not in _BARE]
        if match.re is _NAMED and set(said.lower().split()) & _JOINS:
            return match.group()
        if not words or not any(word[0].isalpha() for word in words):
            return match.group()
        things.append(" ".join(words))
        return _TAKEN

    rest = _NAMED.sub(take, _TOLD.sub(take, text))
    return Told(rest.replace(_TAKEN, " order "), tuple(things))
