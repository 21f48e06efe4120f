"""What a clause asks for: a linear head over sentence vectors and words, and how near the nearest examples are.

The head is trained on the procedures' examples and, as one more class, on what no shop is asked for. It tells
procedures apart; whether a clause asks for any of them at all is weighed from the head's word on that class, from how
near the nearest examples are, and from how near the nearest foreign ones are.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import joblib
import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.embedder import Embedder, Vectors
from knowledge.playbook import Playbook
from knowledge.words import content_stems, stem, tokens

_VALUES = re.compile(
    r"[\w.+'-]+@[\w.-]+|#?\b[A-Za-z]{1,4}-?\d{4,}\b|#\s?\d+|\b\d{1,6}\s+(?:[A-Z][\w.]*\s+){1,4}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Ln|Lane|Dr|Drive|Blvd|Way|Ct|Court)\b\.?|\b\d{4,}\b"
)
"""E-mail addresses, order numbers, streets, long numbers."""
_LABELS = frozenset({"order", "number", "email", "e", "mail", "address", "name", "zip", "code"})
_ASKING = frozenset({"where", "where's", "what", "what's", "when", "how", "why", "who", "which"})
_FOREIGN_FILE = Path(__file__).parent.parent / "knowledge" / "foreign.yaml"
_DESIGN = "words-and-vectors-2"
"""Named in the cache's key: a head of another make is not taken for this one."""
_WORDS = 0.7
"""What the words weigh beside the sentence vector."""
_HEAD = 0.6
"""What the head weighs beside nearness in telling procedures apart."""
NEAREST = 3
IN_SCOPE = 0.6
"""The chance from which a clause counts as asking for something we do."""
SURE = 0.53
"""Mean cosine of the nearest examples from which a clause can be a request of its own."""
CLEAR = 0.3
"""How far ahead its procedure must then be."""
_CHANCE = (-0.9, 10.6, -12.5, -0.7)
"""Weights of the head's log odds for foreign, nearness and foreign nearness, and the offset; fitted out of fold."""
_CONFIDENCE = (0.42, 1.1, -0.6)
"""Weights of the log odds of the chance and of the best score, and the offset; fitted out of fold."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one clause seems to ask for."""

    text: str
    """The clause."""
    scores: dict[str, float]
    """Procedure id to score, 0 to 1; they add up to one."""
    nearness: float
    """Mean cosine of the three nearest examples."""
    chance: float
    """How likely it asks for something the shop does at all, 0 to 1."""
    point: int = 0
    """Which point of the message it belongs to: of a list, or of what is added by `also`, `next`, `besides`."""

    @property
    def best(self) -> str:
        """The likeliest procedure."""
        return max(self.scores, key=lambda name: self.scores[name])

    @property
    def in_scope(self) -> bool:
        """Whether it asks for something the shop does at all."""
        return self.chance >= IN_SCOPE

    @property
    def sure(self) -> bool:
        """Whether it stands on its own as a request."""
        return self.in_scope and self.nearness >= SURE and self.margin >= CLEAR

    @property
    def margin(self) -> float:
        """How far the likeliest procedure is ahead of the next."""
        first, *rest = sorted(self.scores.values(), reverse=True)
        return first - (rest[0] if rest else 0.0)

    @property
    def confidence(self) -> float:
        """The chance that the likeliest procedure is what is asked for, calibrated: of those at 0.8, 80 % are right."""
        by_chance, by_score, offset = _CONFIDENCE
        return _chance_of(by_chance * _odds(self.chance) + by_score * _odds(self.scores[self.best]) + offset)


class Intents:
    """Reads clauses against a playbook's examples.

    Args:
        playbook: The procedures.
        embedder: Turns texts into vectors.
        cache: A folder that keeps the trained head between starts.
        foreign: What no shop is asked for; what comes with the program where nothing is given.
    """

    def __init__(
        self, playbook: Playbook, embedder: Embedder, cache: Path | None = None, foreign: Sequence[str] | None = None
    ) -> None:
        self._embedder = embedder
        rows = [(each.id, plain(example)) for each in playbook for example in each.examples]
        strangers = [plain(each) for each in (foreign_examples() if foreign is None else foreign)]
        self._names = sorted({name for name, _ in rows})
        # Sorted by procedure, so that the nearest of each are found in one slice; what is foreign comes last.
        rows.sort(key=lambda row: row[0])
        texts = [text for _, text in rows] + strangers
        self._labels = np.array([self._names.index(name) for name, _ in rows] + [len(self._names)] * len(strangers))
        self._bounds = np.searchsorted(self._labels, np.arange(len(self._names) + 2))
        self._examples = embedder.embed(texts, keep=True)
        self._words, self._head = self._trained(texts, cache)

    def _trained(self, texts: list[str], cache: Path | None) -> tuple[TfidfVectorizer, LogisticRegression]:
        told = "\n".join(f"{label}\t{text}" for label, text in zip(self._labels, texts, strict=True))
        key = hashlib.sha256(f"{_DESIGN}{self._names}{told}{self._embedder.fingerprint}".encode()).hexdigest()
        path = cache / f"intents-{key[:16]}.joblib" if cache else None
        if path and path.exists():
            kept: tuple[TfidfVectorizer, LogisticRegression] = joblib.load(path)
            return kept
        words = TfidfVectorizer(analyzer=_one_and_two, sublinear_tf=True, min_df=2).fit(texts)
        head = LogisticRegression(C=20.0, tol=1e-3, max_iter=400, class_weight="balanced")
        head.fit(_features(words, texts, self._examples), self._labels)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            joblib.dump((words, head), path)
        return words, head

    def read(self, clauses: list[str]) -> list[Reading]:
        """Score each clause against every procedure."""
        if not clauses:
            return []
        texts = [plain(clause) for clause in clauses]
        vectors = self._embedder.embed(texts)
        chances = self._head.predict_proba(_features(self._words, texts, vectors))
        cosines = vectors @ self._examples.T
        return [self._reading(*row) for row in zip(clauses, chances, cosines, strict=True)]

    def _reading(self, clause: str, chances: NDArray[np.float64], cosines: NDArray[np.float32]) -> Reading:
        count = len(self._names)
        edges = list(pairwise(self._bounds))
        nearest = np.array([_top(cosines[start:end]) for start, end in edges[:count]])
        near, strange = _top(cosines[: self._bounds[count]]), _top(cosines[self._bounds[count] :])
        foreign = chances[count] if len(chances) > count else 0.0
        weighed = np.array([-_odds(1.0 - foreign), near, strange, 1.0]) @ np.array(_CHANCE)
        known = chances[:count] / chances[:count].sum()
        blended = known * _HEAD + _softmax(nearest * 12.0) * (1.0 - _HEAD)
        scores = {name: float(blended[i]) for i, name in enumerate(self._names)}
        return Reading(clause, scores, near, _chance_of(float(weighed)))


def foreign_examples(path: Path = _FOREIGN_FILE) -> list[str]:
    """What people say that no shop is asked for."""
    topics: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [each for examples in topics.values() for each in examples]


def plain(clause: str) -> str:
    """The clause without the values in it, which say nothing of what is asked for."""
    text = _VALUES.sub(" ", clause)
    text = " ".join(text.split())
    return text if re.search(r"[A-Za-z]", text) else clause


def only_values(clause: str) -> bool:
    """Whether a clause says nothing but a number, an address or the like: it belongs to its neighbour."""
    text = _VALUES.sub(" ", clause)
    return text != clause and set(content_stems(text)) <= _LABELS and not set(tokens(text)) & _ASKING


def _one_and_two(text: str) -> list[str]:
    """Stems, and pairs of neighbours, of all words: `do`, `my` and `back` tell requests apart."""
    stems = [stem(token) for token in tokens(text)]
    return [*stems, *(f"{one} {two}" for one, two in pairwise(stems))]


def _features(words: TfidfVectorizer, texts: list[str], vectors: Vectors) -> csr_matrix:
    return hstack([csr_matrix(vectors, dtype=np.float64), words.transform(texts) * _WORDS], format="csr")


def _top(cosines: NDArray[np.float32]) -> float:
    return float(np.partition(cosines, -NEAREST)[-NEAREST:].mean()) if len(cosines) >= NEAREST else 0.0


def _odds(chance: float) -> float:
    bounded = min(max(chance, 1e-6), 1 - 1e-6)
    return float(np.log(bounded / (1 - bounded)))


def _chance_of(odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-odds)))


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max())
    total: NDArray[np.float64] = powers / powers.sum()
    return total
