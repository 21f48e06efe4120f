"""Chroma: a folder on this machine, or a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from core.errors import SettingsError
from core.telemetry import stay_private
from knowledge.errors import KnowledgeUnavailable

stay_private()

import chromadb  # noqa: E402
from chromadb.api import ClientAPI  # noqa: E402
from chromadb.api.collection_configuration import CreateCollectionConfiguration  # noqa: E402
from chromadb.api.models.Collection import Collection  # noqa: E402
from chromadb.config import Settings  # noqa: E402
from chromadb.errors import ChromaError, NotFoundError  # noqa: E402

_COSINE: CreateCollectionConfiguration = {"hnsw": {"space": "cosine"}}


@contextmanager
def asking_chroma() -> Iterator[None]:
    """Turn what Chroma and its connection raise into `KnowledgeUnavailable`."""
    try:
        yield
    except (ChromaError, httpx.HTTPError) as error:
        raise KnowledgeUnavailable from error


class Store:
    """Opens collections. Every call blocks for about a millisecond embedded, a few over HTTP.

    Args:
        path: folder of the embedded store; the caller holds the lock of the data folder.
        url: address of a Chroma server; empty means embedded.

    Raises:
        SettingsError: the server does not answer, or the folder is damaged.
    """

    def __init__(self, path: Path, url: str = "") -> None:
        self._client = _server(url) if url else _embedded(path)
        self._embedded = not url

    def collection(self, name: str, fingerprint: str) -> Collection:
        """A collection for vectors of one model; begun anew when it holds another's, or its files are damaged.

        Nothing is lost by that: all it holds comes from files and the database.
        """
        with asking_chroma():
            try:
                found = self._client.get_collection(name, embedding_function=None)
                usable = (found.metadata or {}).get("model") == fingerprint
                if usable and not (self._embedded and _damaged(found)):
                    return found
                self._client.delete_collection(name)
            except NotFoundError:
                pass
            return self._client.get_or_create_collection(
                name, metadata={"model": fingerprint}, configuration=_COSINE, embedding_function=None
            )


def _damaged(collection: Collection) -> bool:
    try:
        one = collection.get(limit=1, include=["embeddings"])
        if one["ids"]:
            collection.query(query_embeddings=one["embeddings"], n_results=1)
    except ChromaError:
        return True
    return False


def _embedded(path: Path) -> ClientAPI:
    path.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(path, settings=Settings(anonymized_telemetry=False))
    except (ChromaError, ValueError) as error:
        raise SettingsError(
            f"The search index in {path} is damaged. Delete that folder; the next start fills it again."
        ) from error


def _server(url: str) -> ClientAPI:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if secure else 80),
            ssl=secure,
            settings=Settings(anonymized_telemetry=False),
        )
    except (ValueError, ChromaError, httpx.HTTPError) as error:
        raise SettingsError(f"STOREWRIGHT_CHROMA_URL: no Chroma server answers at {url}.") from error
