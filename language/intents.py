"""What a clause asks for: a linear head over sentence vectors, and how near the nearest examples are.

The head tells procedures apart; the mean cosine of the three nearest examples tells whether the clause asks
for any of them at all (a head's own probability does not).
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge.embedder import Embedder
from knowledge.playbook import Playbook
from knowledge.words import content_stems, tokens

_VALUES = re.compile(
    r"[\w.+'-]+@[\w.-]+|#?\b[A-Za-z]{1,4}-?\d{4,}\b|#\s?\d+|\b\d{1,6}\s+(?:[A-Z][\w.]*\s+){1,4}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Ln|Lane|Dr|Drive|Blvd|Way|Ct|Court)\b\.?|\b\d{4,}\b"
)
"""E-mail addresses, order numbers, streets, long numbers."""
_LABELS = frozenset({"order", "number", "email", "e", "mail", "address", "name", "zip", "code"})
_ASKING = frozenset({"where", "where's", "what", "what's", "when", "how", "why", "who", "which"})
NEAREST = 3
IN_SCOPE = 0.45
"""Mean cosine of the three nearest examples from which a clause counts as asking for something we do."""
SURE = 0.53
"""The same, from which a clause can be a request of its own."""
CLEAR = 0.3
"""How far ahead its procedure must then be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one clause seems to ask for."""

    text: str
    """The clause."""
    scores: dict[str, float]
    """Procedure id to score, 0 to 1; they add up to one."""
    nearness: float
    """Mean cosine of the three nearest examples."""

    @property
    def best(self) -> str:
        """The likeliest procedure."""
        return max(self.scores, key=lambda name: self.scores[name])

    @property
    def in_scope(self) -> bool:
        """Whether it asks for something the shop does at all."""
        return self.nearness >= IN_SCOPE

    @property
    def sure(self) -> bool:
        """Whether it stands on its own as a request."""
        return self.nearness >= SURE and self.margin >= CLEAR

    @property
    def margin(self) -> float:
        """How far the likeliest procedure is ahead of the next."""
        first, *rest = sorted(self.scores.values(), reverse=True)
        return first - (rest[0] if rest else 0.0)


class Intents:
    """Reads clauses against a playbook's examples."""

    def __init__(self, playbook: Playbook, embedder: Embedder, cache: Path | None = None) -> None:
        self._embedder = embedder
        rows = [(each.id, example) for each in playbook for example in each.examples]
        self._names = sorted({name for name, _ in rows})
        self._labels = np.array([self._names.index(name) for name, _ in rows])
        self._examples = embedder.embed([example for _, example in rows], keep=True)
        self._head = self._trained(playbook.fingerprint, cache)

    def _trained(self, fingerprint: str, cache: Path | None) -> LogisticRegression:
        key = hashlib.sha256(f"{fingerprint}{self._embedder.fingerprint}{self._examples.shape}".encode()).hexdigest()
        path = cache / f"intents-{key[:16]}.joblib" if cache else None
        if path and path.exists():
            head: LogisticRegression = joblib.load(path)
            return head
        head = LogisticRegression(C=20.0, max_iter=400, class_weight="balanced")
        head.fit(self._examples, self._labels)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            joblib.dump(head, path)
        return head

    def read(self, clauses: list[str]) -> list[Reading]:
        """Score each clause against every procedure."""
        if not clauses:
            return []
        vectors = self._embedder.embed([plain(clause) for clause in clauses])
        cosines = vectors @ self._examples.T
        chances = self._head.predict_proba(vectors)
        return [self._reading(*row) for row in zip(clauses, chances, cosines, strict=True)]

    def _reading(self, clause: str, chances: NDArray[np.float64], cosines: NDArray[np.float32]) -> Reading:
        nearest = np.full(len(self._names), -1.0)
        for label in range(len(self._names)):
            nearest[label] = np.sort(cosines[self._labels == label])[-NEAREST:].mean()
        blended = chances * 0.6 + _softmax(nearest * 12.0) * 0.4
        scores = {name: float(blended[i]) for i, name in enumerate(self._names)}
        return Reading(clause, scores, float(np.sort(cosines)[-NEAREST:].mean()))


def plain(clause: str) -> str:
    """The clause without the values in it, which say nothing of what is asked for."""
    text = _VALUES.sub(" ", clause)
    text = " ".join(text.split())
    return text if re.search(r"[A-Za-z]", text) else clause


def only_values(clause: str) -> bool:
    """Whether a clause says nothing but a number, an address or the like: it belongs to its neighbour."""
    text = _VALUES.sub(" ", clause)
    return text != clause and set(content_stems(text)) <= _LABELS and not set(tokens(text)) & _ASKING


def _softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max())
    total: NDArray[np.float64] = powers / powers.sum()
    return total
