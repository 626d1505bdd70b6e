"""One method for each operation of the API (openapi/meldpunt-v1.json). All paths are here."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from meldpunt.client.http.errors import (
    AnswerError,
    EntryNotFoundError,
    LineNotFoundError,
    ProblemError,
    ReportNotFoundError,
)
from meldpunt.client.http.exchange import BINARY, Reply, Request
from meldpunt.client.http.transport import Transport
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.lines import (
    BoxKeysPut,
    DocumentAnswer,
    HostInfo,
    LineClocks,
    LinePut,
    TextAnswer,
)
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import (
    Accepted,
    BulletinKeyPut,
    BulletinsSince,
    EntryStatus,
    InboxPage,
    MessagesPage,
    ReportPut,
    ReportStatus,
    WrapsPut,
)
from meldpunt.wire.transfer import ExportPage, ImportPut

_MAX_PAGE: Final = 16 << 20
"""Longest page of messages or of an inbox, in bytes."""


_MAX_INDEX: Final = 2 << 20
"""Longest answer with an index, in bytes: base64 of a statement of 1 MiB."""
_MAX_CLOCKS: Final = 4 << 20
"""Longest count of clocks, in bytes: 20 clocks, each due on some thousand days."""


@contextmanager
def _missing(error: Callable[[], ProblemError]) -> Iterator[None]:
    """Say what it is that the host does not have."""
    try:
        yield
    except ProblemError as problem:
        if problem.kind is ProblemType.NOT_FOUND:
            raise error() from None
        raise


def _line_path(line: ids.LineId, *parts: str) -> str:
    return "/".join(("/v1/lines", encode_line_id(line), *parts))


@dataclass(frozen=True, slots=True)
class LineApi:
    """The public operations on a line, and what an office and its handlers publish."""

    transport: Transport

    async def host(self) -> HostInfo:
        """Return the host's origins and receipt key."""
        return await self.transport.call("GET", "/v1/host", HostInfo)

    async def line(self, line: ids.LineId) -> ServedLine:
        """Return a line as the host serves it, not verified.

        Raises:
            LineNotFoundError: The host has no such line.
        """
        with _missing(LineNotFoundError):
            return await self.transport.call("GET", _line_path(line), ServedLine)

    async def document(self, line: ids.LineId, document: ids.Hash) -> DocumentAnswer:
        """Return one version of a line document, not verified."""
        path = _line_path(line, "documents", encode_base64url(document))
        return await self.transport.call("GET", path, DocumentAnswer)

    async def text(self, line: ids.LineId, text: ids.Hash) -> TextAnswer:
        """Return a text that a document names, not verified."""
        path = _line_path(line, "texts", encode_base64url(text))
        return await self.transport.call("GET", path, TextAnswer)

    async def put_line(self, line: ids.LineId, put: LinePut, key: SigningKey) -> ServedLine:
        """Publish a line document."""
        path = _line_path(line)
        return await self.transport.call("PUT", path, ServedLine, key=key, body=put)

    async def put_box_keys(self, line: ids.LineId, put: BoxKeysPut, key: SigningKey) -> None:
        """Publish a handler's box keys."""
        await self.transport.order("PUT", _line_path(line, "box-keys"), key=key, body=put)

    async def export(self, line: ids.LineId, cursor: str | None, key: SigningKey) -> ExportPage:
        """Return one page of everything that the host holds of a line."""
        query = "" if cursor is None else "?" + urlencode({"cursor": cursor})
        target = _line_path(line, "export") + query
        return await self.transport.call("GET", target, ExportPage, key=key, limit=_MAX_PAGE)

    async def clocks(self, line: ids.LineId, key: SigningKey) -> LineClocks:
        """Return how many reports of a line wait on which clock."""
        path = _line_path(line, "clocks")
        return await self.transport.call("GET", path, LineClocks, key=key, limit=_MAX_CLOCKS)

    async def put_import(self, line: ids.LineId, put: ImportPut, key: SigningKey) -> None:
        """Send one page of an export to another host."""
        await self.transport.order("PUT", _line_path(line, "import"), key=key, body=put)

    async def delete_reports(self, line: ids.LineId, held: bytes, key: SigningKey) -> None:
        """Erase the reports of a line that now lives on another host, if they have this hash."""
        path = _line_path(line, f"reports?held={encode_base64url(held)}")
        await self.transport.order("DELETE", path, key=key)


@dataclass(frozen=True, slots=True)
class BulletinApi:
    """The bulletins: the same files for everybody, by unsigned requests."""

    transport: Transport

    async def index(self) -> ServedBulletins:
        """Return the index, not verified."""
        path = "/v1/bulletins"
        return await self.transport.call("GET", path, ServedBulletins, limit=_MAX_INDEX)

    async def file(self, name: str, size: int) -> bytes:
        """Return a file of at most `size` bytes, not verified."""
        request = Request("GET", f"/v1/bulletins/{name}", expects=BINARY, limit=size)
        return (await self.transport.exchange(request)).body


_TUS: Final = {"Tus-Resumable": "1.0.0"}
_OFFSET_STREAM: Final = "application/offset+octet-stream"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class AttachmentApi:
    """A file of a report: uploads by tus 1.0.0, downloads by ranges."""

    transport: Transport
    key: SigningKey
    path: str

    async def begin(self, length: int) -> int:
        """Begin or find an upload of `length` bytes; return how many the host has."""
        fields = {**_TUS, "Upload-Length": str(length)}
        request = Request("POST", self.path, self.key, fields=fields)
        return _offset(await self.transport.exchange(request))

    async def offset(self) -> int:
        """Return how many bytes of an upload the host has."""
        request = Request("HEAD", self.path, self.key, fields=_TUS)
        return _offset(await self.transport.exchange(request))

    async def append(self, offset: int, piece: bytes) -> int:
        """Send a piece, without a retry; return how many bytes the host then has."""
        fields = {**_TUS, "Upload-Offset": str(offset)}
        request = Request("PATCH", self.path, self.key, piece, _OFFSET_STREAM, fields)
        return _offset(await self.transport.exchange(request, is_repeated=False))

    async def delete(self) -> None:
        """Delete an upload that no message lists. A missing upload is no error."""
        request = Request("DELETE", self.path, self.key, fields=_TUS)
        try:
            await self.transport.exchange(request)
        except ProblemError as error:
            if error.kind is not ProblemType.NOT_FOUND:
                raise

    async def read(self, start: int, size: int, length: int) -> bytes:
        """Return `size` bytes from `start` of a file of `length` bytes, not verified."""
        end = start + size - 1
        fields = {"Range": f"bytes={start}-{end}"}
        request = Request("GET", self.path, self.key, fields=fields, expects=BINARY, limit=size)
        reply = await self.transport.exchange(request)
        told = reply.fields.get("content-range")
        is_whole = told is None and size == length
        if len(reply.body) != size or (not is_whole and told != f"bytes {start}-{end}/{length}"):
            raise AnswerError
        return reply.body


def _offset(reply: Reply) -> int:
    found = reply.fields.get("upload-offset", "")
    if not _NUMBER.fullmatch(found):
        raise AnswerError
    return int(found)


@dataclass(frozen=True, slots=True, repr=False)
class ReportApi:
    """The operations of a reporter. The signing key says which report it is."""

    transport: Transport
    key: SigningKey

    async def status(self) -> ReportStatus:
        """Return the status of the report that the host claims.

        Raises:
            ReportNotFoundError: No report has this key.
        """
        with _missing(ReportNotFoundError):
            return await self.transport.call("GET", "/v1/report", ReportStatus, key=self.key)

    async def messages(self, after: int) -> MessagesPage:
        """Return the messages that follow a cursor, not verified."""
        target = f"/v1/report/messages?after={after}"
        return await self.transport.call("GET", target, MessagesPage, key=self.key, limit=_MAX_PAGE)

    async def put_report(self, put: ReportPut) -> Accepted:
        """Send a report's first message."""
        return await self.transport.call("PUT", "/v1/report", Accepted, key=self.key, body=put)

    async def put_bulletin_key(self, put: BulletinKeyPut) -> BulletinsSince:
        """Give the host the bulletin key, so that bulletins show the report's messages."""
        path = "/v1/report/bulletin-key"
        return await self.transport.call("PUT", path, BulletinsSince, key=self.key, body=put)

    async def put_message(self, message: SealedMessage) -> Accepted:
        """Send a further message."""
        path = f"/v1/report/messages/{encode_base64url(message.message_id)}"
        return await self.transport.call("PUT", path, Accepted, key=self.key, body=message)

    def attachment(self, attachment: ids.AttachmentId) -> AttachmentApi:
        """Return the operations on one file."""
        path = f"/v1/report/attachments/{encode_base64url(attachment)}"
        return AttachmentApi(self.transport, self.key, path)


@dataclass(frozen=True, slots=True, repr=False)
class InboxApi:
    """A handler's inbox. The line and the signing key say which inbox it is."""

    transport: Transport
    line: ids.LineId
    key: SigningKey

    async def page(self, state: State | None = None, cursor: str | None = None) -> InboxPage:
        """Return a page of the inbox."""
        query = {
            "line": encode_line_id(self.line),
            "state": state and state.value,
            "cursor": cursor,
        }
        target = "/v1/inbox?" + urlencode({name: value for name, value in query.items() if value})
        return await self.transport.call("GET", target, InboxPage, key=self.key, limit=_MAX_PAGE)

    def entry(self, entry: ids.EntryId) -> "EntryApi":
        """Return the operations on one report."""
        return EntryApi(self.transport, self.key, entry)


@dataclass(frozen=True, slots=True, repr=False)
class EntryApi:
    """The operations of a handler on one report."""

    transport: Transport
    key: SigningKey
    entry: ids.EntryId

    def _path(self, *parts: str) -> str:
        return "/".join(("/v1/inbox", encode_base64url(self.entry), *parts))

    async def status(self) -> EntryStatus:
        """Return the status of the report that the host claims.

        Raises:
            EntryNotFoundError: The inbox has no such entry.
        """
        with _missing(EntryNotFoundError):
            return await self.transport.call("GET", self._path(), EntryStatus, key=self.key)

    async def messages(self, after: int) -> MessagesPage:
        """Return the messages that follow a cursor, not verified."""
        target = self._path(f"messages?after={after}")
        return await self.transport.call("GET", target, MessagesPage, key=self.key, limit=_MAX_PAGE)

    async def put_message(self, message: SealedMessage) -> Accepted:
        """Send a message."""
        path = self._path("messages", encode_base64url(message.message_id))
        return await self.transport.call("PUT", path, Accepted, key=self.key, body=message)

    def attachment(self, attachment: ids.AttachmentId) -> AttachmentApi:
        """Return the operations on one file."""
        path = self._path("attachments", encode_base64url(attachment))
        return AttachmentApi(self.transport, self.key, path)

    async def put_wraps(self, message: ids.MessageId, put: WrapsPut) -> None:
        """Add wraps of a message for other keys."""
        path = self._path("messages", encode_base64url(message), "wraps")
        await self.transport.order("PUT", path, key=self.key, body=put)

    async def delete_wrap(self, message: ids.MessageId, key_id: ids.KeyId) -> None:
        """Delete the wraps of a message to one of the handler's own keys."""
        path = self._path("messages", encode_base64url(message), "wraps", encode_base64url(key_id))
        await self.transport.order("DELETE", path, key=self.key)
