"""Finds out which of Shopify's exports are in a folder."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.importing import FEEDS, Kind, read
from ingest.shopify_json import is_json, kinds_in, merged
from ingest.table import header_of, wrong_separator


@dataclass(frozen=True, slots=True)
class Export:
    """One file, or several that only make sense together, to be loaded as one."""

    kind: Kind
    name: str
    content: bytes


@dataclass(slots=True)
class Found:
    """What a folder holds."""

    exports: list[Export] = field(default_factory=list)
    """In the sequence in which they must be loaded."""
    left_out: dict[str, str] = field(default_factory=dict)


def find_exports(folder: Path) -> Found:
    """Every export in a folder, each read once, so that nothing is loaded where one of them is broken.

    Raises:
        UnreadableFile: a file cannot be read, or there is none; the message names it.
    """
    if not folder.is_dir():
        raise UnreadableFile(f"{folder} is no folder.")
    found = Found()
    documents: list[tuple[str, bytes]] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".csv", ".json") or not path.is_file():
            continue
        content = path.read_bytes()
        try:
            if is_json(content):
                documents.append((path.name, content))
                kinds_in(content)
                continue
            header = header_of(content)
            kind = kind_of(header)
            if separator := wrong_separator(header):
                raise UnreadableFile(separator)
            if kind is None:
                found.left_out[path.name] = "it is none of Shopify's exports of products, customers, stock or orders"
                continue
            read(kind, content)
        except UnreadableFile as error:
            raise UnreadableFile(f"{path.name}: {error.message}") from None
        found.exports.append(Export(kind, path.name, content))
    _add_documents(found, documents)
    if not found.exports:
        raise UnreadableFile(f"No Shopify export is in {folder}: put the CSV files there as Shopify gives them.")
    found.exports.sort(key=lambda export: (list(FEEDS).index(export.kind), export.name))
    return found


def _add_documents(found: Found, documents: list[tuple[str, bytes]]) -> None:
    """JSON lists by kind. Stock needs the lists of items and places too, which stand in files of their own."""
    for name, content in documents:
        for kind in FEEDS:
            if kind not in kinds_in(content):
                continue
            whole = merged([each for _, each in documents]) if kind == "stock" else content
            found.exports.append(Export(kind, name, whole))
            if kind == "stock":
                documents = [(other, each) for other, each in documents if kinds_in(each) != ["stock"]]


def kind_of(header: list[str]) -> Kind | None:
    """Which export has such columns."""
    names = set(header)
    if "lineitem name" in names:
        return "orders"
    if {"first name", "last name", "email"} <= names:
        return "customers"
    stock = {
        name
        for field_name in ("available", "on_hand", "location")
        for name in FEEDS["stock"].layout.columns[field_name]
    }
    prices = set(FEEDS["products"].layout.columns["price"])
    if "handle" in names and names & (stock | {"coo", "hs code"}) and not names & prices:
        return "stock"
    if "title" in names and names & prices:
        return "products"
    return None
