"""The export file, in which a line travels to another host: strict JSON lines, signed.

The file has a header, the pages as the old host served them, and an end. The end carries the
office's signature over a chain of hashes of all lines before it. So a file that was cut short or
changed is refused. It holds only what the host holds: public documents, ciphertext and days.

    hash 0 = H_32("mp1/export-file", header)    hash i = H_32("mp1/export-file", hash i - 1, page i)
    signature = Sig("mp1/line-export", last hash)

One line is one page (about 1.5 MB), so a file of any size takes the same memory to read and write.
Form and checks: openapi/files.md section 3.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, Self

from meldpunt.client.files.regular_file import check_replaceable, open_regular
from meldpunt.client.http.errors import AnswerError, ExportFileError
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.record_check import RecordCheck
from meldpunt.protocol.verify import ids, strict_json
from meldpunt.protocol.verify.ed25519 import check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import HashField, LineIdField, Model, SignatureField, Version
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.wire.transfer import ExportPage

CHAIN_LABEL: Final = "mp1/export-file"
EXPORT_LABEL: Final = "mp1/line-export"
MAX_LINE: Final = 16 << 20
"""Longest line, in bytes."""

_MAX_SHORT: Final = 512
"""Longest first and last line, in bytes."""
_PART: Final = ".part"


class ExportHeader(Model):
    """The first line."""

    format: Literal["meldpunt-line-export"]
    version: Version
    line_id: LineIdField


class ExportEnd(Model):
    """The last line."""

    end: HashField
    """The last hash of the chain."""
    signature: SignatureField
    """The signature by the line key in force."""


@dataclass(slots=True)
class LineHashes:
    """The hash of all lines so far."""

    value: bytes = b""

    def add(self, line: bytes) -> None:
        """Add one line, without its line feed."""
        parts = (self.value, line) if self.value else (line,)
        self.value = labelled_hash(ids.HASH_SIZE, CHAIN_LABEL, *parts)


class ExportWriter:
    """Writes an export page by page, in a file beside its final name. It keeps existing pages.

    Args:
        path: The file to make. Until it is whole, its name ends in `.part`.
        keys: The line's keys.

    Raises:
        ExportFileError: The file exists already, or its `.part` is of another line.
        AnswerError: As `RecordCheck`, of the pages in the `.part`.
        OSError: The file cannot be written.
    """

    def __init__(self, path: Path, keys: LineKeys) -> None:
        if os.path.lexists(path):
            raise ExportFileError(f"There is already a file {path}. Choose another name.")
        self._path = path
        self._part = path.with_name(path.name + _PART)
        self._keys = keys
        self._chain = LineHashes()
        self.check = RecordCheck(keys)
        """What is known of the records so far."""
        self.pages = 0
        self.cursor: str | None = None
        """The cursor of the next page."""
        self.is_whole = False
        """Whether the last page is written."""
        check_replaceable(self._part)
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        try:
            header = ExportHeader(format="meldpunt-line-export", version=1, line_id=keys.line_id)
            self._resume(header.to_json())
        except AnswerError:
            self.discard()
            raise
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _resume(self, header: bytes) -> None:
        """Keep the whole pages of an export that was interrupted, and cut off what follows."""
        if self._line() != header:
            if self._file.seek(0, os.SEEK_END):
                raise ExportFileError(f"{self._part} is of another export. Remove it first.")
            self._file.write(header + b"\n")
        self._chain.add(header)
        end = self._file.tell()
        while (line := self._line()) is not None and not self.is_whole:
            try:
                page = _page(line)
            except RefusedError:
                break
            if self.pages and page.cursor == self.cursor:  # the client put it in (`ExportPages`)
                self.check.explain(page)
            else:
                self.check.add(page)
            self._count(line, page)
            end = self._file.tell()
        self._file.truncate(end)
        self._file.seek(end)

    def _line(self) -> bytes | None:
        """Return the next whole line, or None."""
        line = self._file.readline(MAX_LINE)
        return line[:-1] if line.endswith(b"\n") else None

    def _count(self, line: bytes, page: ExportPage) -> None:
        self._chain.add(line)
        self.pages += 1
        self.cursor = page.cursor
        self.is_whole = page.cursor is None

    def discard(self) -> None:
        """Remove what was written."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def add(self, page: ExportPage) -> None:
        """Write a page durably, after `check` has taken it in."""
        line = page.to_json()
        self._file.write(line + b"\n")
        self._sync()
        self._count(line, page)

    def finish(self) -> None:
        """Sign the whole file, and give it its final name."""
        value = self._chain.value
        signature = self._keys.signing.sign(EXPORT_LABEL, value)
        self._file.write(ExportEnd(end=ids.Hash(value), signature=signature).to_json() + b"\n")
        self._sync()
        self._part.rename(self._path)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def _page(line: bytes) -> ExportPage:
    return ExportPage.from_value(strict_json.parse_canonical(line, max_size=MAX_LINE))


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export that was checked from its first to its last line; `check_export` makes it."""

    path: Path
    pages: int
    hash: ids.Hash
    """The last hash of the chain: it names the content."""

    def read(self, start: int = 0) -> Iterator[ExportPage]:
        """Read the pages one at a time, from page number `start` (the first is 0)."""
        with open_regular(self.path) as file:
            file.readline(MAX_LINE)
            for number in range(self.pages):
                line = file.readline(MAX_LINE)
                if number >= start:
                    yield _page(line[:-1])


def check_export(path: Path, keys: LineKeys) -> ExportFile:
    """Check a whole file before using any of it.

    Raises:
        ExportFileError: The file is of another line or version, was cut short or changed, or is
            not signed by a key of this line.
        OSError: The file cannot be read.
    """
    chain = verify_key_chain(keys.line_id, keys.first_key, keys.rotations)
    with open_regular(path) as file:
        _check_is_of(path, file, keys.line_id)
        file.seek(0)
        try:
            pages, value = verify_export(file, keys.line_id, chain)
        except RefusedError:
            raise ExportFileError(
                f"{path} is cut short, or was changed since it was written. Export the line again."
            ) from None
    return ExportFile(path, pages, value)


def verify_export(
    file: BinaryIO, line_id: ids.LineId, keys: tuple[bytes, ...]
) -> tuple[int, ids.Hash]:
    """Check a whole file; return the number of pages, and the last hash.

    Args:
        file: The file, at its beginning.
        line_id: The line that the file must be of.
        keys: The line's keys, in their order.

    Raises:
        RefusedError: A JSON reason, FIELDS, or the reason of a record's field; OTHER_LINE; LENGTH
            for a file that lacks its end or continues after it; SIGNATURE for a file that was
            changed, or is not signed by a key of the line.
    """
    chain, pages = LineHashes(), 0
    header = _whole(file.readline(MAX_LINE))
    if _header(header).line_id != line_id:
        raise RefusedError(Reason.OTHER_LINE)
    chain.add(header)
    cursor: str | None = ""
    while cursor is not None:
        line = _whole(file.readline(MAX_LINE))
        cursor = _page(line).cursor
        chain.add(line)
        pages += 1
    last = _whole(file.readline(MAX_LINE))
    end = ExportEnd.from_value(strict_json.parse_canonical(last, max_size=_MAX_SHORT))
    if file.read(1):
        raise RefusedError(Reason.LENGTH)
    if end.end != chain.value:
        raise RefusedError(Reason.SIGNATURE)
    _check_signature(end, keys)
    return pages, end.end


def _check_is_of(path: Path, file: BinaryIO, line_id: ids.LineId) -> None:
    try:
        found = _header(_whole(file.readline(MAX_LINE)))
    except RefusedError:
        raise ExportFileError(
            f"{path} is no export of a line, or one of another release of this program."
        ) from None
    if found.line_id != line_id:
        raise ExportFileError(f"{path} is another line's. Name that line's key file.")


def _header(line: bytes) -> ExportHeader:
    return ExportHeader.from_value(strict_json.parse_canonical(line, max_size=_MAX_SHORT))


def _whole(line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        raise RefusedError(Reason.LENGTH)
    return line[:-1]


def _check_signature(end: ExportEnd, keys: tuple[bytes, ...]) -> None:
    """Accept any key of the chain: the line key may have changed since the export."""
    for key in keys:
        with contextlib.suppress(RefusedError):
            check_signature(EXPORT_LABEL, end.end, end.signature, key)
            return
    raise RefusedError(Reason.SIGNATURE)
