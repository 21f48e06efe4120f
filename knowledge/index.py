"""One searchable collection: meaning from Chroma, words from BM25, added up."""

import hashlib
import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bm25s
import numpy as np

from knowledge.embedder import Embedder, Vectors
from knowledge.store import Store, asking_chroma

Progress = Callable[[int, int], None]
"""Called with how many documents are embedded and how many there are to embed."""

_BATCH = 64
_DEPTH = 50
_NAMED_IN_FILTER = 5_000
_WORDS = 0.2
"""What sharing every word counts, beside a cosine of 1. On the questions of `evals/retrieval` anything from 0.1
to 0.5 does equally well; fusing by reciprocal rank does worse, as it cannot see how weak a match in words is."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched for."""

    id: str
    parts: tuple[str, ...]
    """Texts with a vector each; the document is as near to a question as its nearest part."""
    metadata: Mapping[str, str | int]

    def entries(self) -> dict[str, "_Entry"]:
        """What the collection holds for the document, by id."""
        rest = json.dumps(dict(self.metadata), sort_keys=True)
        return {
            f"{self.id}#{place}": _Entry(self, text, hashlib.sha256(f"{text}\0{rest}".encode()).hexdigest())
            for place, text in enumerate(self.parts)
        }


@dataclass(frozen=True, slots=True)
class _Entry:
    document: Document
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found."""

    id: str
    score: float
    """Cosine of the question and the nearest part of the document, -1 to 1. Hits are ordered by this and
    by the words they share with the question."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did, in documents."""

    written: int
    """New or changed."""
    removed: int
    total: int


class Index:
    """Documents of one kind, in Chroma for their meaning and in memory for their words.

    Its methods block; call them in a thread. Safe to use from several threads.
    """

    def __init__(self, store: Store, name: str, embedder: Embedder) -> None:
        self._collection = store.collection(name, embedder.fingerprint)
        self._embedder = embedder
        self._writing = threading.Lock()
        self._words = _Words([])

    @property
    def documents(self) -> Mapping[str, Document]:
        """What is searchable, by id."""
        return self._words.documents

    def synchronise(self, documents: Sequence[Document], progress: Progress | None = None) -> SyncReport:
        """Make the collection hold exactly these documents; only what differs is embedded.

        Killed in the middle it leaves some documents old; the next call puts them right.
        """
        wanted = {name: entry for document in documents for name, entry in document.entries().items()}
        with self._writing, asking_chroma():
            stored = self._digests()
            changed = [name for name, entry in wanted.items() if stored.get(name) != entry.digest]
            for start in range(0, len(changed), _BATCH):
                batch = changed[start : start + _BATCH]
                self._write({name: wanted[name] for name in batch})
                if progress:
                    progress(start + len(batch), len(changed))
            vanished = [name for name in stored if name not in wanted]
            if vanished:
                self._collection.delete(ids=vanished)
            words = _Words(documents)
            removed = {_document_id(name) for name in vanished} - words.documents.keys()
            self._words = words
        written = {wanted[name].document.id for name in changed}
        return SyncReport(len(written), len(removed), len(words.documents))

    def search(self, query: str, k: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The `k` best documents for a question, best first, only of `allowed` ids where given."""
        words = self._words
        names = set(words.documents) if allowed is None else set(allowed) & words.documents.keys()
        if not names:
            return []
        vector = self._embedder.embed_one(query)
        cosines = self._nearest(vector, None if allowed is None else names)
        shares = words.shares(query, names)
        by_words = sorted(shares, key=lambda name: -shares[name])[:_DEPTH]
        unknown = set(by_words) - cosines.keys()
        if unknown:
            cosines |= self._nearest(vector, unknown)
        found = {name: score + _WORDS * shares.get(name, 0.0) for name, score in cosines.items() if name in names}
        ranked = sorted(found, key=lambda name: (-found[name], name))[:k]
        return [Hit(name, cosines[name]) for name in ranked]

    def ping(self) -> None:
        """Raise `KnowledgeUnavailable` if Chroma does not answer."""
        with asking_chroma():
            self._collection.count()

    def _digests(self) -> dict[str, str]:
        stored = self._collection.get(include=["metadatas"])
        return {
            name: str(metadata.get("digest"))
            for name, metadata in zip(stored["ids"], stored["metadatas"] or [], strict=True)
        }

    def _write(self, entries: Mapping[str, _Entry]) -> None:
        texts = [entry.text for entry in entries.values()]
        metadatas: list[Any] = [
            {**entry.document.metadata, "document": entry.document.id, "digest": entry.digest}
            for entry in entries.values()
        ]
        vectors = self._embedder.embed(texts, keep=True)
        self._collection.upsert(ids=list(entries), embeddings=vectors, documents=texts, metadatas=metadatas)

    def _nearest(self, vector: Vectors, names: Collection[str] | None) -> dict[str, float]:
        where: dict[str, Any] | None = None
        depth = _DEPTH
        if names is not None:
            if len(names) <= _NAMED_IN_FILTER:
                where = {"document": {"$in": list(names)}}
            else:
                depth = 20 * _DEPTH
        with asking_chroma():
            found = self._collection.query(
                query_embeddings=vector[np.newaxis], n_results=depth, where=where, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        nearest: dict[str, float] = {}
        for name, distance in zip(found["ids"][0], distances, strict=True):
            nearest.setdefault(_document_id(name), 1 - distance)
        return nearest


def _document_id(entry: str) -> str:
    return entry.rpartition("#")[0]


class _Words:
    """An immutable BM25 index over documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = {document.id: document for document in documents}
        self._names = list(self.documents)
        tokens = _tokens(["\n".join(document.parts) for document in self.documents.values()])
        self._frequency = Counter(word for words in tokens for word in set(words))
        self._bm25 = bm25s.BM25() if self._frequency else None
        if self._bm25:
            self._bm25.index(tokens, show_progress=False)

    def shares(self, query: str, names: Collection[str]) -> dict[str, float]:
        """How much of what the query's words tell is in each document that has any of them, 0 to 1.

        That is BM25 divided by what a document would get that is all about these words. So a match in a
        question's rare words counts for much, and one in `can` and `do` for next to nothing.
        """
        tokens = _tokens([query])[0]
        known = [word for word in tokens if word in self._frequency]
        if self._bm25 is None or not known:
            return {}
        most = sum(self._weight(word) for word in tokens)
        scores = self._bm25.get_scores(known) / most
        return {
            self._names[place]: float(scores[place])
            for place in np.flatnonzero(scores > 0)
            if self._names[place] in names
        }

    def _weight(self, word: str) -> float:
        frequency = self._frequency[word]
        return math.log1p((len(self._names) - frequency + 0.5) / (frequency + 0.5))


def _tokens(texts: Sequence[str]) -> list[list[str]]:
    tokens: list[list[str]] = bm25s.tokenize(
        list(texts),
        stopwords="en",
        stemmer=_singular,
        return_ids=False,
        show_progress=False,
        allow_empty=False,
    )
    return tokens


def _singular(words: Sequence[str]) -> list[str]:
    return [word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words]
