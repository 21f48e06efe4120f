"""What an assistant's free text asks, as a person would take it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evals.tau.customer.wish import Ask, Kind, Want
from evals.tau.customer.world import Item

_I = re.IGNORECASE
_CUES = re.compile(
    r"\?|\b(please|tell me|let me know|could you|can you|may i|i need|i'd need|i'll need|i would need|need to know|"
    r"enter|give me|send me|share|provide|choose|pick|select|confirm|please (reply|answer)|"
    r"say (yes|no)|first i|just need)\b",
    _I,
)
_PROPERTY = (
    "colou?r|size|material|variant|version|option|model|style|capacity|storage|processor|resolution|pressure|"
    "length|height|width|brand|theme|finish|connectivity|type of|kind of|specification|configuration"
)
_PATTERNS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (
        "identity",
        re.compile(
            r"\be-?mail|\bzip\b|zip ?code|postal code|post ?code|full name|first name|last name|your name\b|surname|"
            r"who (am i|you are|i'm)|verify (you|that it|it's|who)|your identity|identify you|authenticat|look you up|"
            r"find (you|your (account|customer))\b|sign in|log in",
            _I,
        ),
    ),
    (
        "order",
        re.compile(
            r"(which|what) (\w+ ){0,3}orders?\b|order ?(number|id|no\b|#)|number of (the|your) order|"
            r"orders? .*(do you mean|is it|talking about|is this about)|whether .* order",
            _I,
        ),
    ),
    (
        "option",
        re.compile(
            rf"(which|what) (\w+ ){{0,2}}({_PROPERTY})|(which|what) .*\b(instead|in exchange|in return for|swap|"
            r"replac|become)|(which|what) .*(would|do|should) .*(like|want|prefer|have) (it|them|to (get|have)|for it)|"
            r"(exchange|swap|change|switch|replace) (it|them|the [\w -]+) (for|to|into|with) (what|which)|"
            rf"what (should|shall|would) (it|the [\w -]+) (be|become)|(the|your) (new|wanted|"
            rf"desired) ({_PROPERTY}|item)|"
            r"which (?!(order|item|product|card|payment|one|of)\b)[\w -]{3,30} "
            r"(would you (like|prefer)|do you want)(?! to\b)|"
            r"how should (it|the [\w -]+) (be|look)|which .*(one|of (these|those|them)).*(instead|new)",
            _I,
        ),
    ),
    (
        "method",
        re.compile(
            r"payment method|method of payment|how .*(would|do|should|shall|want|like).*\b(pay|paid|refund|settle)|"
            r"(which|what) (\w+ )?(card|account|payment|refund method|method)\b|"
            r"(where|how|which|what) .*(refund|money|difference|amount)\b.*|"
            r"(refund|pay|paid|settle|charge|difference|money).*\b(paypal|gift card|visa|mastercard|"
            r"credit card|original)",
            _I,
        ),
    ),
    (
        "reason",
        re.compile(
            r"\breasons?\b|\bwhy\b|no longer need|(by|a) mistake|by accident|what('s| is| was) wrong|what happened", _I
        ),
    ),
    (
        "address",
        re.compile(
            r"(which|what|the|your|new|full|complete|correct|right|an?) ((new|full|delivery|shipping|correct|complete|"
            r"right|default|street|other) )*address|street|where (should|shall|do|would|to|"
            r"is) .*(deliver|ship|send|go\b|sent)",
            _I,
        ),
    ),
    (
        "else",
        re.compile(
            r"anything else|something else|what else|any other (request|thing|question|item|change)|"
            r"\bthat (all|everything)|further (help|question|request)|else (i|we) can|how (else )?(can|"
            r"may) (i|we) (help|"
            r"assist)|what (can|may) (i|we) (do|help)|all (the|your) items|more (items|changes|you)|other items",
            _I,
        ),
    ),
    (
        "confirm",
        re.compile(
            r"is (that|this|it|everything) (right|correct|ok|okay|fine|what|the one)|shall (i|we)|"
            r"should (i|we)|would you "
            r"like (me )?to|do you want (me )?to|want me to|like me to|confirm|go ahead|proceed|correct\?|right\?|"
            r"(did|do) you mean|are you sure|okay\?|ok\?|sounds? (good|right)|agree|happy with|"
            r"is it the|are you asking|"
            r"say yes|still want|would you (still|rather|prefer)",
            _I,
        ),
    ),
    (
        "item",
        re.compile(
            r"(which|what) (\w+ ){0,3}(items?|products?|articles?|things?|pieces?|lines?|ones?|part|of (them|these|"
            r"those|the|your))\b|which (is it|[\w -]{0,30}do you mean)|(items?|products?) .*(would you like|"
            r"do you want|is it about|to "
            r"(return|exchange|change))|(what|which) .*(return|exchange|send back|change|cancel|swap)\b",
            _I,
        ),
    ),
)
_REFUSED = re.compile(
    r"\b(can ?no?t|can't|can’t|unable|isn't|isn’t|is not|aren't|are not|not) (be |been |able|do|"
    r"offer|possible|available|"
    r"allowed|eligible|something|change|cancel|return|exchange|refund|accept|make|sell|sold|in stock|give|apply|match|"
    r"process|take|add|remove|help)|unfortunately|won'?t be able|no longer (be |possible|"
    r"available)|not enough|too (low|"
    r"late|little)|doesn'?t (have enough|cover)|does not (have enough|cover)|(couldn't|could not|can't|cannot) find|"
    r"(cancelled|canceled|returned|exchanged|shipped|changed) already|"
    r"already (been |was )?(cancelled|canceled|returned|exchanged|shipped|modified|delivered|processed|changed|on its)|"
    r"only (be )?(possible|cancel|return|exchange|change|refund)|cannot|can't\b|can’t\b|"
    r"impossible|out of stock|sold out",
    _I,
)
_STRANGER = re.compile(
    r"(find|match|recogni[sz]e|know|see) .*(customer|account|e-?mail|name|zip|you\b|anyone|anybody)", _I
)
_TOPICS: dict[Kind, re.Pattern[str]] = {
    "cancel": re.compile(r"cancel", _I),
    "return": re.compile(r"\breturn|(send|give|take) (it |them )?back", _I),
    "exchange": re.compile(r"exchang|swap|replac", _I),
    "payment": re.compile(r"paid (another|differently|in another)|pay .* (another|different) way", _I),
    "address": re.compile(
        r"somewhere else|elsewhere|(new|delivery|shipping) address|deliver(ed)? to|ship(ped)? to", _I
    ),
    "profile": re.compile(r"default address|your account('s)? address|address .*(profile|account)", _I),
}
_NUMBER = re.compile(r"\bW\d{7}\b", _I)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was taken from one answer."""

    asks: tuple[Ask, ...]
    refused: bool
    numbers: tuple[str, ...]
    """Order numbers in the text, as it names them, with `#`."""
    topics: frozenset[Kind]
    """The changes its questions speak of."""


def read(text: str) -> Reading:
    """Take the questions out of a text, in its own order of asking."""
    asks: list[Ask] = []
    refused = False
    topics: set[Kind] = set()
    for sentence in _sentences(text):
        found = _asked(sentence) if _CUES.search(sentence) else []
        if found:
            topics |= {kind for kind, pattern in _TOPICS.items() if pattern.search(sentence)}
        asks += [ask for ask in found if ask not in asks]
        if _REFUSED.search(sentence):
            if _STRANGER.search(sentence):
                asks += [ask for ask in ("identity",) if ask not in asks]
            elif not set(found) & {"order", "identity"}:
                refused = True
    numbers = dict.fromkeys(f"#{number.upper()}" for number in _NUMBER.findall(text))
    return Reading(tuple(asks), refused, tuple(numbers), frozenset(topics))


def _asked(sentence: str) -> list[Ask]:
    found = [ask for ask, pattern in _PATTERNS if pattern.search(sentence)]
    if "identity" in found and "address" in found:
        found.remove("identity" if re.search(r"street|city|deliver|ship|new address", sentence, _I) else "address")
    if "else" in found and not set(found) & {"identity", "reason"}:
        return ["else"]
    if "address" in found and "method" in found and re.search(r"refund|money", sentence, _I):
        found.remove("address")
    if "option" in found and re.search(
        r"difference|refund|money|\bwhich (item|product|article|thing)s?\b", sentence, _I
    ):
        found.remove("option")
    if set(found) & {"order", "option", "identity"} and "item" in found:
        found.remove("item")
    if set(found) & {"identity", "order", "option", "method", "reason", "address", "item"} and "confirm" in found:
        asks_open = re.search(
            r"\b(which|what|why|where|how|who|provide|tell me|let me know|give|enter|need)\b", sentence, _I
        )
        return [ask for ask in found if ask != "confirm"] if asks_open else ["confirm"]
    if "method" in found and "confirm" in found and not re.search(r"\b(which|what|where|how|or)\b", sentence, _I):
        return ["confirm"]
    return found


def _sentences(text: str) -> list[str]:
    parts = re.split(r"(?<=[.?!])\s+|\n+", text)
    return [part.strip() for part in parts if part.strip()]


def names_item(text: str, item: Item) -> bool:
    """Whether the text speaks of the item's product, by the shop's name for it."""
    words = item.name.lower().split()
    plain = text.lower()
    return item.name.lower() in plain or re.search(rf"\b{re.escape(words[-1].rstrip('s'))}", plain) is not None


def is_named(text: str, wants: Iterable[Want]) -> bool:
    """Whether the text names an order or product of one of the wishes."""
    numbers = read(text).numbers
    for want in wants:
        items = [swap.old for swap in want.swaps] or (want.order.items if want.order else ())
        if (want.order and want.order.order_id in numbers) or any(names_item(text, item) for item in items):
            return True
    return False


def focus_of(text: str, wants: Iterable[Want]) -> Want | None:
    """The wish the text is about; the first where it names none."""
    reading = read(text)
    numbers = set(reading.numbers)
    best, best_score = None, -1
    for want in wants:
        score = 0
        if want.order is not None and want.order.order_id in numbers:
            score += 3
        score += 2 * any(names_item(text, swap.old) for swap in want.swaps)
        if want.order is not None and not want.swaps:
            score += any(names_item(text, item) for item in want.order.items)
        score += 2 * (want.kind in reading.topics)
        if score > best_score:
            best, best_score = want, score
    return best
