"""Where a message names items of the customer's, and which of the values it mentions belong to which item."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz

from knowledge.embedder import Embedder
from knowledge.words import STOPWORDS
from language.linking import Line
from language.options import Options, Said
from language.spelling import Word, words
from language.synonyms import synonyms_of

NEAR_TITLE = 0.42
AHEAD = 0.07
"""Cosine from which a word that stands in no title means an item, and how far ahead of the next that must be."""
STRONG = frozenset({"to", "for", "into", "by"})
"""Words after which comes what is wanted."""
STARTS = frozenset("exchange swap change replace modify switch return cancel convert turn trade upgrade update".split())
"""Words that begin another request."""
ENDS = frozenset({".", "!", "?", ";", "\n"})
_OWN = frozenset({"the", "my", "also", "exchange", "swap", "change", "replace", "return", "cancel", "a", "an"})
"""After `and`, one of these begins another part."""
_FAR = 500.0
_REACH = 14
"""Most words between what is there and the same thing named once more as it is wanted."""


@dataclass(slots=True)
class Anchor:
    """A place in a message where an item is named."""

    text: int
    """Which message, counted from the first."""
    begin: int
    end: int
    titles: set[str]
    """Titles it may mean."""
    target: bool = False
    """Whether it names what is wanted, not what is there: "for a *blue tent*"."""
    said: dict[int, list[Said]] = field(default_factory=dict)
    """Values said of it, by message."""


def same_word(one: str, other: str) -> bool:
    """Whether two stems are one word: slips of the finger and compounds (`watch`, `wristwatch`) included."""
    if one == other:
        return True
    if len(one) >= 5 and len(other) >= 5:
        return fuzz.ratio(one, other) >= 86 or other.endswith(one) or one.endswith(other)
    return False


def is_blend(word: str, title: str) -> bool:
    """Whether a word is made of the beginnings of two words of a title: `digicam` for `Digital Camera`."""
    parts = [each.text for each in words(title)]
    return len(word) >= 6 and any(
        one.startswith(word[:cut]) and two.startswith(word[cut:])
        for one, two in pairwise(parts)
        for cut in range(3, len(word) - 2)
    )


def anchors_in(number: int, text: Sequence[Word], lines: Sequence[Line]) -> list[Anchor]:
    """Where a message names items: runs of words from the titles of the lines.

    Args:
        number: Which message it is.
        text: The message.
        lines: What it may be about.
    """
    stems = {line["title"]: _stems(line["title"]) for line in lines}
    plain = {
        word.text
        for line in lines
        for part in line.get("options", {}).items()
        for value in part
        for word in words(value)
    }
    other = {title: synonyms_of(title) for title in stems}
    found: list[Anchor] = []
    for i, word in enumerate(text):
        joined = word.text + (text[i + 1].text if i + 1 < len(text) else "")
        titles = _called(word.text, joined, stems, other, plain=word.text in plain)
        last = found[-1] if found else None
        if not titles:
            continue
        if last and last.end == i and last.titles & titles:
            last.titles, last.end = last.titles & titles, i + 1
        elif word.text not in plain or _goes_on(text[i : i + 2], titles, stems):
            found.append(Anchor(number, i, i + 1, titles))
    named = [each for each in found if _names(each, text, stems)]
    sure = {title for each in named if len(each.titles) == 1 for title in each.titles}
    # "The luggage and the set of dumbbells": a word of two titles says nothing beside words of each.
    return [each for each in named if len(each.titles) == 1 or not each.titles <= sure]


def _called(
    word: str, joined: str, stems: Mapping[str, list[str]], other: Mapping[str, Container[str]], *, plain: bool
) -> set[str]:
    """The titles that a word may be of, by what it is exactly where it is one exactly.

    Args:
        word: The word.
        joined: It and the next as one.
        stems: Words of each title.
        other: Other names of each title.
        plain: Whether it may be a mere value.
    """
    if plain:
        return {title for title, each in stems.items() if word in each}
    exact = {title for title, each in stems.items() if word in each or word in other[title] or joined in other[title]}
    exact |= {title for title, each in stems.items() if any(len(one) > 5 and joined == one for one in each)}
    return exact or {
        title for title, each in stems.items() if any(same_word(word, one) for one in each) or is_blend(word, title)
    }


def _stems(title: str) -> list[str]:
    """The words of a title, and each two of them as one; its last word comes last."""
    single = [word.text for word in words(title)]
    return [*(one + two for one, two in pairwise(single)), *single]


def _goes_on(two: Sequence[Word], titles: set[str], stems: Mapping[str, list[str]]) -> bool:
    """Whether a word that may be a mere value stands for an item: it ends a title, or the next word goes on with it."""
    if any(same_word(two[0].text, stems[title][-1]) for title in titles):
        return True
    return len(two) == 2 and any(same_word(two[1].text, one) for title in titles for one in stems[title])


def _names(anchor: Anchor, text: Sequence[Word], stems: Mapping[str, list[str]]) -> bool:
    """Whether a run is enough to name something: with the last word of a title, or half of its words."""
    run = text[anchor.begin : anchor.end]
    heads = {
        title
        for title in anchor.titles
        if any(same_word(word.text, stems[title][-1]) or is_blend(word.text, title) for word in run)
        or synonyms_of(title) & {each for i in range(len(run)) for each in _one_or_two(text[anchor.begin + i :])}
    }
    anchor.titles = heads or anchor.titles
    return bool(heads) or any(len(run) * 2 >= len(words(title)) for title in anchor.titles)


def _one_or_two(text: Sequence[Word]) -> set[str]:
    """The first word, and the first two as one."""
    return {text[0].text, text[0].text + (text[1].text if len(text) > 1 else "")}


def words_left(text: Sequence[Word], anchors: Sequence[Anchor]) -> list[Word]:
    """The words of those parts of a message in which no item is named yet; `at` tells where each stands."""
    left: list[Word] = []
    begin = 0
    for i in range(len(text) + 1):
        ends = i == len(text) or text[i].text in ENDS
        joint = not ends and text[i].text == "and" and i + 1 < len(text) and text[i + 1].text in _OWN
        if ends or joint:
            if not any(begin <= each.begin < i for each in anchors):
                left += text[begin:i]
            begin = i
    return left


def anchors_by_meaning(
    texts: Sequence[Sequence[Word]], lines: Sequence[Line], plain: Container[str], embedder: Embedder
) -> list[Anchor]:
    """A word that stands in no title may still mean an item: a `bike` is a bicycle, a `digicam` a digital camera.

    Args:
        texts: The messages.
        lines: Lines that are not named yet.
        plain: Words that are no items, such as those of options and of requests.
        embedder: Tells what words mean.
    """
    titles = list(dict.fromkeys(line["title"] for line in lines))
    strange = [
        (i, word.at, word.text)
        for i, text in enumerate(texts)
        for word in text
        if word.text.isalpha() and len(word.text) > 2 and word.text not in STOPWORDS | STARTS and word.text not in plain
    ][:16]
    if not titles or not strange:
        return []
    vectors = embedder.embed([*(word for _, _, word in strange), *titles])
    cosines = vectors[: len(strange)] @ vectors[len(strange) :].T
    found: list[Anchor] = []
    for (i, at, _), row in zip(strange, cosines, strict=True):
        ordered = sorted(row, reverse=True)
        if ordered[0] >= NEAR_TITLE and (len(ordered) == 1 or ordered[0] - ordered[1] >= AHEAD):
            found.append(Anchor(i, at, at + 1, {titles[int(row.argmax())]}))
    return found


def aim(anchors: Sequence[Anchor], texts: Sequence[Sequence[Word]]) -> None:
    """Tell what is there from what is wanted: "the blue tent *for a red tent*"."""
    for one, two in pairwise(anchors):
        if one.text != two.text or not one.titles & two.titles:
            continue
        between = {word.text for word in texts[one.text][one.end : two.begin]}
        if two.begin - one.end < _REACH and between & (STRONG | {"with", "instead"}) and not between & (STARTS | ENDS):
            two.target = True


class Sharing:
    """Gives each value that messages mention to the item it is said of."""

    def __init__(
        self, anchors: Sequence[Anchor], texts: Sequence[Sequence[Word]], options: Mapping[str, Options]
    ) -> None:
        """Args:
        anchors: Items named, in order.
        texts: The messages.
        options: The options of every title.
        """
        self._anchors = anchors
        self._texts = texts
        self._options = options

    def share(self, about: Mapping[int, str]) -> None:
        """Fill in what is said of each anchor.

        Args:
            about: For messages that answer a question, the title that was asked about.
        """
        for i, text in enumerate(self._texts):
            here = [each for each in self._anchors if each.text == i]
            if not here:
                named = [each for each in self._anchors if about.get(i) in each.titles]
                here = named[:1] or list(self._anchors[-1:])
            elif about.get(i) and not any(about[i] in each.titles for each in here):
                here += [each for each in self._anchors if about[i] in each.titles][:1]
            for title in dict.fromkeys(title for each in here for title in each.titles):
                for said in self._options[title].said(text):
                    self._give(said, title, i, here)

    def _give(self, said: Said, title: str, number: int, here: Sequence[Anchor]) -> None:
        if any(each.text == number and each.begin <= said.begin < each.end for each in here):
            return
        able = [each for each in here if title in each.titles]
        best = min(able, key=lambda each: self._distance(said, each, number))
        own = self._distance(said, best, number)
        rivals = [each for each in here if each not in able and self._distance(said, each, number) < own]
        if any(self._could(rival, said) for rival in rivals):
            return
        kept = best.said.setdefault(number, [])
        if said not in kept:
            kept.append(said)

    def _could(self, anchor: Anchor, said: Said) -> bool:
        """Whether a nearer item has that very value too, and so takes it."""
        wanted = said.value.lower()
        return any(
            wanted == value.lower()
            for title in anchor.titles
            for values in self._options[title].values.values()
            for value in values
        )

    def _distance(self, said: Said, anchor: Anchor, number: int) -> float:
        if anchor.text != number:
            return _FAR
        text = self._texts[number]
        before = said.end <= anchor.begin
        low, high = (said.end, anchor.begin) if before else (anchor.end, said.begin)
        between = [word.text for word in text[low:high]]
        breaks = sum(word in ENDS for word in between)
        starts = sum(word in STARTS for word in between)
        if not before:
            return len(between) + 8 * breaks + 4 * starts
        if len(between) <= 2 and not set(between) & ({",", "and"} | ENDS | STRONG):
            return 0.0
        return len(between) + 6 + 10 * (breaks + starts)
