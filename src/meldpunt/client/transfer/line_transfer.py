"""An office takes its line to another host, with everything on it.

The order keeps anything from being lost: the office publishes a document that names the new host,
with which the old one takes nothing more (`announce`); exports what is there; and imports it at the
new host, where the line lives with the last page. Reporters and handlers follow the document. Every
step can be repeated, and goes on where it stopped.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.export_file import ExportFile, ExportWriter
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
"""Told the number of pages done, and of all if it is known."""

_SENT: Final = ".sent"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, and what it left."""

    pages: int
    staying: int
    """Reports that another line was asked to take: they stay on that host."""


@dataclass(frozen=True, slots=True, repr=False)
class LineTransfer:
    """What moving a line takes.

    Args:
        keys: The line's.
        today: The office's day.
        pin: The newest document that the office published.
    """

    keys: LineKeys
    today: date
    pin: Pin | None = None

    async def announce(self, old: Transport, new: Transport) -> VerifiedLine:
        """Publish, where the line lives now, a document that names the new host.

        From here on the old host takes nothing for the line. Repeating it changes nothing.

        Raises:
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`.
        """
        return await self._name_host(old, await LineApi(new).host())

    async def export(
        self, transport: Transport, path: Path, progress: TransferProgress
    ) -> Exported:
        """Write everything that a host holds of the line to a file.

        Interrupted, it goes on where it stopped.

        Raises:
            ExportFileError: The file is there already.
            ClientError: As `Transport.call`; NOT_FOUND for any but the line key in force.
        """
        api, line = LineApi(transport), self.keys.line_id
        with ExportWriter(path, self.keys) as file:
            staying = None
            while not file.is_whole:
                page = await api.export(line, file.cursor, self.keys.signing)
                file.add(page)
                staying = page.staying
                progress(file.pages, None)
            file.finish()
            return Exported(file.pages, staying or 0)

    async def import_file(
        self,
        transport: Transport,
        file: ExportFile,
        progress: TransferProgress,
        *,
        invite: str | None = None,
    ) -> VerifiedLine:
        """Bring a checked file to another host, and let the line live there.

        Interrupted, it goes on where it stopped; a page that comes twice changes nothing.

        Raises:
            RefusedError: The host refuses what breaks a rule of the protocol; as `verify_line`.
            ClientError: As `Transport.call`; INVITE_INVALID; CONFLICT where the line is there
                with other content.
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

    async def leave(self, old: Transport) -> None:
        """Have the old host erase the reports of the line, which lives elsewhere now.

        Raises:
            ClientError: As `Transport.call`; CONFLICT while the line lives there.
        """
        await LineApi(old).delete_reports(self.keys.line_id, self.keys.signing)

    async def _name_host(self, at: Transport, host: HostInfo) -> VerifiedLine:
        """Publish a next document that names a host, unless the newest one does."""
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
        """Return where to go on; at least the last page is sent, which is what opens the line."""
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
