"""Transfer: an office moves its line to another host, with everything on it.

The order of the steps prevents loss:

1. `announce`: the office publishes a document that names the new host. From then on the old host
   accepts nothing more.
2. `export`: the office writes everything on the old host to a file.
3. `import_file`: the office sends the file to the new host. With the last page, the line lives
   there.
4. `leave`: the old host erases the line's reports.

Reporters and handlers follow the document. Every step can be repeated, and continues where it
stopped.
"""

import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import AnswerError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.comparison import HostComparison
from meldpunt.client.transfer.export_file import ExportFile, ExportWriter
from meldpunt.client.transfer.export_pages import ExportPages
from meldpunt.protocol.line import Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    MAX_VALIDITY,
    LineDocument,
    parse_line_document,
)
from meldpunt.wire.lines import HostInfo, LinePut
from meldpunt.wire.transfer import ImportPut

TransferProgress = Callable[[int, int | None], None]
"""Called with the number of reports exported or pages imported, and the number of all."""

_SENT: Final = ".sent"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, and what it left behind."""

    pages: int
    staying: int
    """The number of reports that another line was asked to take: they stay on the old host."""
    has_changed: bool = False
    """The office published a document meanwhile, or much arrived. The file holds the document."""


@dataclass(frozen=True, slots=True, repr=False)
class LineTransfer:
    """The steps of a transfer.

    Args:
        keys: The line's keys.
        today: The office's day.
        pin: The newest document that the office published.
    """

    keys: LineKeys
    today: date
    pin: Pin | None = None

    async def announce(self, old: Transport, new: Transport) -> VerifiedLine:
        """Publish a document that names the new host, on the host where the line lives now.

        From then on the old host accepts nothing for the line. Repeating this changes nothing.

        Raises:
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`.
        """
        return await self._name_host(old, await LineApi(new).host())

    async def export(
        self, transport: Transport, path: Path, progress: TransferProgress
    ) -> Exported:
        """Write everything that a host holds of the line to a file.

        After an interruption, call it again: it continues where it stopped.

        Raises:
            ExportFileError: The file exists already.
            AnswerError: As `RecordCheck.add`; the file is removed.
            ClientError: As `Transport.call`; NOT_FOUND if the key is not the line key in force.
        """
        with ExportWriter(path, self.keys) as file:
            pages = ExportPages(transport, self.keys, file.check)
            staying = None
            try:
                while not file.is_whole:
                    async with aclosing(pages.fetch(file.cursor)) as fetched:
                        async for page in fetched:
                            file.add(page)
                            staying, total = page.staying, file.check.limits.total
                            progress(file.check.reports, None if total is None else total.reports)
            except AnswerError:
                file.discard()
                raise
            file.finish()
            return Exported(file.pages, staying or 0, has_changed=pages.changes > 0)

    async def import_file(
        self,
        transport: Transport,
        file: ExportFile,
        progress: TransferProgress,
        *,
        invite: str | None = None,
    ) -> VerifiedLine:
        """Send a checked file to another host. With the last page the line lives there.

        After an interruption, call it again: it continues where it stopped. A page that arrives
        twice changes nothing.

        Raises:
            RefusedError: The file breaks a rule of the protocol; as `verify_line`.
            ClientError: As `Transport.call`; INVITE_INVALID; CONFLICT if the host has the line with
                other content.
        """
        mark = _Mark(transport.origin, file)
        start = mark.read()
        for number, page in enumerate(file.read(start), start + 1):
            put = ImportPut(
                first_key=self.keys.first_key,
                rotations=self.keys.rotations,
                invite=invite,
                records=page.records,
                last=True if page.cursor is None else None,
            )
            await LineApi(transport).put_import(self.keys.line_id, put, self.keys.signing)
            mark.write(number)
            progress(number, file.pages)
        line = await self._name_host(transport, await LineApi(transport).host())
        mark.remove()
        return line

    async def leave(self, old: Transport, compared: HostComparison) -> None:
        """Make the old host erase the reports of the line, which now lives on another host.

        Args:
            old: The way to the old host.
            compared: What `compare_hosts` found. The host erases what it read, and nothing else.

        Raises:
            ClientError: As `Transport.call`; CONFLICT while the line lives on the old host, and if
                the host holds something else by now. Then compare again.
        """
        await LineApi(old).delete_reports(self.keys.line_id, compared.held, self.keys.signing)

    async def _name_host(self, at: Transport, host: HostInfo) -> VerifiedLine:
        """Publish a new document that names a host, unless the newest document does already."""
        line_id = self.keys.line_id
        served = await LineApi(at).line(line_id)
        line = verify_line(served, line_id, today=self.today, pin=self.pin)
        if line.document.receipt_key == host.receipt_key and set(host.origins) >= set(
            line.document.origins
        ):
            return line
        document = self._next(line, host).to_json()
        parse_line_document(document, line_id)
        put = LinePut(
            first_key=self.keys.first_key,
            rotations=self.keys.rotations,
            document=document,
            signature=self.keys.signing.sign(DOCUMENT_LABEL, document),
        )
        served = await LineApi(at).put_line(line_id, put, self.keys.signing)
        return verify_line(served, line_id, today=self.today, pin=line.pin)

    def _next(self, line: VerifiedLine, host: HostInfo) -> LineDocument:
        changed = {
            "number": line.document.number + 1,
            "previous": line.document_hash,
            "key_number": len(self.keys.rotations),
            "signed_on": self.today,
            "expires_on": self.today + MAX_VALIDITY,
            "origins": host.origins,
            "receipt_key": host.receipt_key,
        }
        return line.document.model_copy(update=changed)


class _Mark:
    """Remembers beside a file how many of its pages a host has."""

    def __init__(self, origin: str, file: ExportFile) -> None:
        self._path = file.path.with_name(file.path.name + _SENT)
        self._name = {"origin": origin, "hash": encode_base64url(file.hash)}
        self._last = file.pages - 1

    def read(self) -> int:
        """Return the number of pages to skip. The last page is always sent: it opens the line."""
        try:
            found = json.loads(self._path.read_text())
            pages = found.pop("pages")
        except (OSError, ValueError, KeyError, AttributeError):
            return 0
        known = found == self._name and isinstance(pages, int) and pages > 0
        return min(pages, self._last) if known else 0

    def write(self, pages: int) -> None:
        self._path.write_text(json.dumps({**self._name, "pages": pages}))

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
