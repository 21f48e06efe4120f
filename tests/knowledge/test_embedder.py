"""Vectors are the same every time, and none is computed twice."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import SettingsError
from knowledge.embedder import BUNDLED, Embedder

TEXTS = ["Where is my order?", "I want to send the tent back", "Where is my order?"]


def test_vectors_have_length_one_and_repeat_for_a_repeated_text(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[2])


def test_a_text_alone_has_the_vector_it_has_among_others(embedder: Embedder) -> None:
    among_others = embedder.embed([*TEXTS, "a much longer sentence about boots that do not fit and must go back"])
    alone = Embedder(BUNDLED).embed_one(TEXTS[1])
    assert np.allclose(alone, among_others[1], atol=1e-6)


def test_a_paraphrase_is_nearer_than_something_else(embedder: Embedder) -> None:
    order, track, stove = embedder.embed(["Where is my order?", "track my parcel", "how hot does the stove get"])
    assert order @ track > order @ stove


def test_kept_vectors_need_no_model_after_a_restart(tmp_path: Path, embedder: Embedder) -> None:
    cache = tmp_path / "vectors.db"
    first = Embedder(BUNDLED, cache=cache)
    kept = first.embed(TEXTS, keep=True)
    restarted = Embedder(BUNDLED, cache=cache)
    assert np.array_equal(restarted.embed(TEXTS, keep=True), kept)
    assert not restarted.loaded


def test_what_people_write_is_not_kept_on_disk(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.db"
    Embedder(BUNDLED, cache=cache).embed_one("my name is Ann")
    restarted = Embedder(BUNDLED, cache=cache)
    restarted.embed(["my name is Ann"], keep=True)
    assert restarted.loaded


def test_a_damaged_cache_is_begun_anew(tmp_path: Path) -> None:
    cache = tmp_path / "vectors.db"
    cache.write_bytes(b"not a database, but long enough to look like one" * 100)
    assert Embedder(BUNDLED, cache=cache).embed(["a tent"], keep=True).shape == (1, 384)


def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert embedder.embed([]).shape[0] == 0


def test_an_unknown_model_is_named_with_its_setting() -> None:
    with pytest.raises(SettingsError, match=r"STOREWRIGHT_EMBEDDING_MODEL.*nobody/nothing"):
        Embedder("nobody/nothing").embed_one("hello")
