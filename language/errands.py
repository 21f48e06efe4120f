"""Which of the requests in a message are to be done, and in which order."""

import re
from dataclasses import replace
from itertools import groupby

from knowledge.playbook import Playbook
from language.intents import CLEAR, Reading
from language.understand import Understanding

ASKS = re.compile(
    r"\?|^\W*(?:and |also |but |so |hi,? |hello,? |hey,? )*"
    r"(?:what|when|where|which|who|why|how|is|are|do|does|did|can|could|will|would|tell me|show me|check|track|"
    r"let me know|i(?:'d| would) like to know|i want to know|please (?:tell|check|show))\b",
    re.IGNORECASE,
)
"""A question, or the wish to be told something."""
_SO = re.compile(r"\W*(?:then|so then|in that case|if so|well then)\b", re.IGNORECASE)


def errands(readings: list[Reading], understanding: Understanding) -> list[Reading]:
    """What is to be done, point by point. A point that asks for nothing on its own explains the one before."""
    points = [list(group) for _, group in groupby(readings, key=lambda each: each.point)]
    changing = [any(understanding.playbook[each.best].changes for each in point) for point in points]
    found: list[Reading] = []
    for point, changes in zip(points, changing, strict=True):
        asked = _of_a_point(point, understanding)
        if changes or not any(changing):
            found += asked
            continue
        found += (sure := [each for each in asked if each.sure])
        if found and not sure:
            found[-1] = replace(found[-1], text=" . ".join([found[-1].text, *(each.text for each in asked)]))
    return found


def _of_a_point(readings: list[Reading], understanding: Understanding) -> list[Reading]:
    """What one point asks for. Where a change is asked for outright, what is merely told explains it.

    "The parcel stood in the rain, everything is wet. I want to return it all. Refund to PayPal" asks for one thing.
    """
    book = understanding.playbook
    goods, others = _kinds(readings, book)
    outright = [each for each in goods if each.best in understanding.outright(each.text)]
    changes = outright or [each for each in goods if each.sure] or _likeliest(goods)
    changes = changes + ([each for each in others if each.sure] or ([] if goods else others))
    if not changes:
        return readings
    kept: list[Reading] = []
    told = ""
    for each in readings:
        if _SO.match(each.text) and kept and not book[kept[-1].best].changes:
            # "It is out of stock? Then cancel it": the question was a reason.
            told = f"{kept.pop().text} . "
        asks = each.sure and not book[each.best].changes and ASKS.search(each.text)
        if each in changes or asks:
            kept.append(replace(each, text=f"{told}{each.text}"))
            told = ""
        elif kept:
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} . {each.text}")
        else:
            told += f"{each.text} . "
    return kept or changes


def _likeliest(readings: list[Reading]) -> list[Reading]:
    """Those that are not mere guesses beside a clearer one."""
    clear = [each for each in readings if each.margin >= CLEAR]
    return clear or readings


def _kinds(readings: list[Reading], book: Playbook) -> tuple[list[Reading], list[Reading]]:
    """Changes to goods, and other changes."""
    changing = [each for each in readings if book[each.best].changes]
    goods = [each for each in changing if any(s.kind in ("items", "swaps") for s in book[each.best].slots.values())]
    return goods, [each for each in changing if each not in goods]


def in_order(requests: list[Reading], book: Playbook) -> list[Reading]:
    """One request for each errand about items, and those last that close an order to others."""
    gathered: list[Reading] = []
    for reading in requests:
        same = next((i for i, each in enumerate(gathered) if each.best == reading.best), None)
        if same is not None and any(slot.kind == "swaps" for slot in book[reading.best].slots.values()):
            gathered[same] = replace(gathered[same], text=f"{gathered[same].text} . {reading.text}")
        else:
            gathered.append(reading)
    late = [each for each in gathered if any(other.best in book[each.best].after for other in gathered)]
    return [each for each in gathered if each not in late] + late
