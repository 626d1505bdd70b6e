"""Reads where every row lies in a SQLite file, as somebody with a stolen disk could.

SQLite's "Database File Format" describes the layout. All pages have one size, and each page belongs
to one b-tree. A page begins with its kind. Inner pages point to other pages; cells hold the rows.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADER_SIZE: Final = 100
"""Bytes before the first page's own header."""
_INDEX_INNER, _TABLE_INNER, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_INNER: Final = frozenset({_INDEX_INNER, _TABLE_INNER})
_INTEGER_SIZES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_FIRST_BLOB: Final = 12

Value = int | bytes
"""A value that identifies a row: a number of 8 bytes, or the beginning of a blob."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of a table, or an entry of an index."""

    tree: str
    position: int
    """Position of its first byte in the file."""
    values: tuple[Value, ...]
    """Its numbers, blobs and texts, or the parts of them that lie on this page."""


def cells(path: Path) -> Iterator[Cell]:
    """Give every row and index entry of a database whose write-ahead log is empty."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        roots = connection.execute(
            "SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0"
        ).fetchall()
    data = path.read_bytes()
    for name, root in roots:
        for page in _pages(data, size, root):
            yield from _cells_of(data, size, page, name)


def _pointers(data: bytes, size: int, page: int) -> tuple[int, list[int]]:
    """Return the kind of a page (numbered from 1), and where its cells begin."""
    start = (page - 1) * size
    header = start + (_HEADER_SIZE if page == 1 else 0)
    kind = data[header]
    count = int.from_bytes(data[header + 3 : header + 5], "big")
    first = header + (12 if kind in _INNER else 8)
    pointers = (data[at : at + 2] for at in range(first, first + 2 * count, 2))
    return kind, [start + int.from_bytes(pointer, "big") for pointer in pointers]


def _pages(data: bytes, size: int, page: int) -> Iterator[int]:
    yield page
    kind, pointers = _pointers(data, size, page)
    if kind in _INNER:
        header = (page - 1) * size + (_HEADER_SIZE if page == 1 else 0)
        for pointer in (header + 8, *pointers):
            yield from _pages(data, size, int.from_bytes(data[pointer : pointer + 4], "big"))


def _cells_of(data: bytes, size: int, page: int, tree: str) -> Iterator[Cell]:
    kind, pointers = _pointers(data, size, page)
    if kind == _TABLE_INNER:
        return
    end = page * size
    for pointer in pointers:
        at = pointer + (4 if kind == _INDEX_INNER else 0)
        _, at = _varint(data, at)
        row: tuple[Value, ...] = ()
        if kind == _TABLE_LEAF:
            rowid, at = _varint(data, at)
            row = (rowid,)
        yield Cell(tree, pointer, row + tuple(_values(data, at, end)))


def _values(data: bytes, at: int, end: int) -> Iterator[Value]:
    """Read a record: the kinds of its values, then the values."""
    header_size, kinds_at = _varint(data, at)
    value_at = at + header_size
    while kinds_at < at + header_size:
        kind, kinds_at = _varint(data, kinds_at)
        if kind in _INTEGER_SIZES:
            length = _INTEGER_SIZES[kind]
            yield int.from_bytes(data[value_at : value_at + length], "big", signed=True)
        elif kind >= _FIRST_BLOB:
            length = (kind - _FIRST_BLOB) // 2
            yield data[value_at : min(value_at + length, end)]
        else:
            length = 0
        value_at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of 1 to 9 bytes; returns the number, and where the next value begins."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:  # noqa: PLR2004 (the high bit says that another byte follows)
            return value, place + 1
    return value << 8 | data[at + 8], at + 9


def rank_correlation(pairs: Iterable[tuple[int, int]]) -> float:
    """Return Spearman's rank correlation of pairs, -1 to 1; equal values share their mean rank."""
    firsts, seconds = zip(*pairs, strict=True)
    first, second = _ranks(firsts), _ranks(seconds)
    mean = (len(first) - 1) / 2
    products = sum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True))
    squares = [sum((rank - mean) ** 2 for rank in ranks) for ranks in (first, second)]
    return float(products / (squares[0] * squares[1]) ** 0.5)


def _ranks(values: Sequence[int]) -> list[float]:
    places: dict[int, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [sum(places[value]) / len(places[value]) for value in values]
