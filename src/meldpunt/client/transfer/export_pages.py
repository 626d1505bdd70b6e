"""Fetch an export page by page, each checked, with what the line gets while it is copied.

The first page holds the documents of that moment. A line that lives on may publish another one, and
what follows may rest on it. So when a record does not fit, the client looks how the line is now. It
fetches newer documents with their texts, and how much there is now, and puts a page of its own
before the page that did not fit. Only what still does not fit after that is the host's fault.
"""

from collections.abc import AsyncGenerator, Iterator
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import EndlessListError, ForeignRecordError, LaterRecordError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.record_check import RecordCheck
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument, verify_line_document
from meldpunt.wire.transfer import ExportPage, ExportTotal, MovedDocument, Record

_MAX_CHANGES: Final = 100
"""How often a line may change during one export."""
_MAX_DOCUMENTS: Final = 1_000
_RECORDS: Final = 8
"""Records of one page that this client makes: texts of 256 KiB fit the 4 MiB of an import."""


class ExportPages:
    """The pages of one export.

    Args:
        transport: The way to the host.
        keys: The line's keys.
        check: What is known of the pages so far. It checks every page that comes.
    """

    def __init__(self, transport: Transport, keys: LineKeys, check: RecordCheck) -> None:
        self._api = LineApi(transport)
        self._keys = keys
        self._check = check
        self.changes = 0
        """How often the line changed meanwhile."""

    async def fetch(self, cursor: str | None = None) -> AsyncGenerator[ExportPage, None]:
        """Go through the pages from a cursor on.

        Raises:
            AnswerError: As `RecordCheck.add`.
            ClientError: As `Transport.call`; NOT_FOUND if the key is not the line key in force.
        """
        while True:
            page = await self._page(cursor)
            while not self._fits(page):
                made = await self._changed(cursor)
                if cursor is None:  # the first page is of one moment, and that moment is over
                    self._check.begin_again()
                    page = await self._page(None)
                    continue
                for own in made:
                    self._check.explain(own)
                    yield own
            yield page
            cursor = page.cursor
            if cursor is None:
                return

    def _fits(self, page: ExportPage) -> bool:
        """Check a page. Return whether all of it fits what is known of the line."""
        try:
            self._check.add(page)
        except LaterRecordError:
            return False
        return True

    async def _page(self, cursor: str | None) -> ExportPage:
        return await self._api.export(self._keys.line_id, cursor, self._keys.signing)

    async def _changed(self, cursor: str | None) -> list[ExportPage]:
        """Return pages with what the line has got since.

        Raises:
            LaterRecordError: It has not changed.
            EndlessListError: It changes without end.
        """
        self.changes += 1
        if self.changes > _MAX_CHANGES:
            raise EndlessListError
        try:
            records = await self._newer_records()
        except RefusedError:
            raise ForeignRecordError from None
        total = (await self._page(None)).total
        grown = total is not None and _is_more(total, self._check.limits.total)
        if not records and not grown:
            raise LaterRecordError
        made = [ExportPage(records=part, cursor=cursor) for part in _parts(records)]
        return [*made, ExportPage(records=(), cursor=cursor, total=total)] if grown else made

    async def _newer_records(self) -> list[Record]:
        """Return the documents after the newest that came, and the texts that only they name.

        Raises:
            RefusedError: They do not continue it; as `verify_line_document`.
        """
        line = self._keys.line_id
        keys = verify_key_chain(line, self._keys.first_key, self._keys.rotations)
        number, known = self._check.newest
        served = await self._api.line(line)
        moved = MovedDocument(document=served.document, signature=served.signature)
        found: list[tuple[MovedDocument, LineDocument]] = []
        while True:
            document = verify_line_document(moved.document, moved.signature, line, keys)
            if document.number <= number:
                break
            found.insert(0, (moved, document))
            if document.previous is None or len(found) > _MAX_DOCUMENTS:
                raise RefusedError(Reason.DOCUMENT_PREVIOUS)
            if document.previous == known:
                break
            answer = await self._api.document(line, document.previous)
            if ids.document_hash(answer.document) != document.previous:
                raise RefusedError(Reason.DOCUMENT_UNKNOWN)
            moved = MovedDocument(document=answer.document, signature=answer.signature)
        texts = {text for _, document in found for text in document.text_hashes()}
        missing = [text for text in sorted(texts) if self._check.lacks(text)]
        return [
            *(Record(document=each) for each, _ in found),
            *[Record(text=(await self._api.text(line, text)).text) for text in missing],
        ]


def _parts(records: list[Record]) -> Iterator[tuple[Record, ...]]:
    for start in range(0, len(records), _RECORDS):
        yield tuple(records[start : start + _RECORDS])


def _is_more(now: ExportTotal, before: ExportTotal | None) -> bool:
    """Say whether there is more of something than before."""
    if before is None:
        return True
    return any(value > dict(before)[name] for name, value in now)
