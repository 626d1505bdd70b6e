"""How much of an export may come: what the host said, and what may have arrived since."""

from typing import Final

from meldpunt.client.http.errors import AnswerError, EndlessListError
from meldpunt.client.http.paging import Paging
from meldpunt.wire.transfer import MAX_PART, ExportPage, ExportTotal

_MAX_DOCUMENTS: Final = 1_000
_MAX_TEXTS: Final = 10_000
_MAX_BOX_KEYS: Final = 100_000
WRAPS_OF_A_MESSAGE: Final = 1_024
"""The most wraps of one message: its readers, times the keys and makers of each."""
_FILES_OF_A_MESSAGE: Final = 64
_SMALL_PART: Final = 1 << 16
"""Parts of a file are larger than this many bytes, except the last part."""
_MAX_EMPTY: Final = 200
"""The most pages without a record, besides one for 100 reports.

An export passes over 16,384 entries of other handlers on one page."""
_LATER: Final = 20
"""How much may arrive during an export of little, besides a tenth of what there was."""


def _with_later(count: int) -> int:
    return count + count // 10 + _LATER


class ExportLimits:
    """Counts pages, records and bytes of one export, and says what is too much."""

    def __init__(self) -> None:
        self.total: ExportTotal | None = None
        """What the host said on the first page, or later, when there was more."""
        self._paging: Paging | None = None
        self._counts: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._bytes = self._most_bytes = 0
        self._empty = 0

    def turn(self, page: ExportPage) -> None:
        """Count a page.

        Raises:
            EndlessListError: The pages do not progress.
            AnswerError: The first page does not say how much follows.
        """
        if self._paging is None:
            if page.total is None:
                raise AnswerError
            self.allow(page.total)
            items = sum(self._most.values())
            self._paging = Paging(2 * items, items, may_be_empty=True)
        self._paging.add(len(page.records), page.cursor)
        self._empty += not page.records
        if self._empty > _MAX_EMPTY + self._most["report"] // 100:
            raise EndlessListError

    def allow(self, total: ExportTotal) -> None:
        """Set how much may come: not less than before."""
        if self.total is not None:
            before = dict(self.total)
            total = ExportTotal(**{name: max(value, before[name]) for name, value in total})
        self.total = total
        messages = _with_later(total.messages)
        self._most = {
            "document": _MAX_DOCUMENTS,
            "text": _MAX_TEXTS,
            "box_key": _MAX_BOX_KEYS,
            "report": _with_later(total.reports),
            "message": messages,
            "wraps": messages * WRAPS_OF_A_MESSAGE,
            "part": total.attachment_bytes // _SMALL_PART + messages * _FILES_OF_A_MESSAGE,
            "end": _with_later(total.reports),
        }
        self._most_bytes = _with_later(total.attachment_bytes) + _LATER * MAX_PART
        if self._paging is not None:
            items = sum(self._most.values())
            self._paging.most_pages, self._paging.most_items = 2 * items, items

    def is_full(self, kind: str) -> bool:
        """Say whether no more records of a kind may come."""
        return self._counts.get(kind, 0) >= self._most[kind]

    def count(self, kind: str) -> None:
        """Count a record."""
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def has_room(self, size: int) -> bool:
        """Say whether so many bytes of files may come."""
        return self._bytes + size <= self._most_bytes

    def fill(self, size: int) -> None:
        """Count bytes of a file."""
        self._bytes += size
