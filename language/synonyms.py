"""What people call things: `rucksack` for a backpack, `power bank` for a portable charger."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.words import stem, tokens

_FILE = Path(__file__).parent.parent / "knowledge" / "synonyms.yaml"
_COUNTED = frozenset({"set", "kit", "pair", "pack", "bundle"})
"""Words that may stand behind a name."""
Name = tuple[str, ...]
"""The stems of a name, in order."""


@lru_cache(maxsize=4096)
def synonyms_of(title: str) -> frozenset[str]:
    """Other names for a thing of this title: stems, those of two words as one, such as `powerbank`."""
    said = _stems(title)
    groups = {number for word in set(said) for number in _table().get(word, {})}
    found: set[Name] = set()
    for number in groups:
        names = _groups()[number]
        if any(_ends_with(said, name) for name in names):
            found |= {name for name in names if not _ends_with(said, name)}
    return frozenset("".join(name) for name in found if len(name) <= 2)


def _stems(text: str) -> Name:
    return tuple(stem(token) for token in tokens(text.replace("-", " ")))


def _ends_with(said: Name, name: Name) -> bool:
    """Whether a title is a kind of what is named: `Stainless Water Bottle` a `water bottle`."""
    return name in (said[-len(name) :], said[-len(name) - 1 : -1] if said[-1] in _COUNTED else ())


@lru_cache(maxsize=1)
def _groups() -> list[list[Name]]:
    listed = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return [[_stems(str(name)) for name in group] for group in listed]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, set[int]]:
    """Stem to the numbers of the groups that have it in a name."""
    table: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(_groups()):
        for name in group:
            for word in name:
                table[word].add(number)
    return table
