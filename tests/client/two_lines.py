"""Two lines on one host, each with handlers and a report, and requests signed by anybody."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx

from meldpunt.client import DraftReport, LineKeys, Visit
from meldpunt.client.messages.draft import Draft
from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, LineDocument
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.store.attachments import find_attachment, list_attachments
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from meldpunt.wire.lines import BoxKeysPut, LinePut
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut, WrapsPut
from meldpunt.wire.transfer import ImportPut
from tests.client.hosted_line import INVITE, ORIGIN, HostedLine, make_hosted_line
from tests.support.caller import Caller
from tests.support.uploads import Upload

OTHER_INVITE: Final = "an-invite-for-the-other-line"


@dataclass(frozen=True)
class Names:
    """Everything of a line that a request can name, or send."""

    line: ids.LineId
    document: ids.Hash
    text: ids.Hash
    entry: ids.EntryId
    message: ids.MessageId
    key: ids.KeyId
    put_line: LinePut
    put_import: ImportPut
    put_box_keys: BoxKeysPut
    put_report: ReportPut
    reporters_message: SealedMessage
    handlers_message: SealedMessage
    put_wraps: WrapsPut
    reporters_upload: ids.AttachmentId
    handlers_upload: ids.AttachmentId
    reporters_attachment: ids.AttachmentId
    """Listed by `reporters_message`."""
    handlers_attachment: ids.AttachmentId


@dataclass
class Line:
    """One of the two lines, with somebody of every role."""

    hosted: HostedLine
    submission: DraftReport
    visit: Visit
    names: Names

    def keys(self) -> dict[str, SigningKey]:
        """Return the credentials of this line."""
        return {
            "line": self.hosted.line_keys.signing,
            "handler": self.hosted.handlers[0].keys.signing,
            "colleague": self.hosted.handlers[1].keys.signing,
            "reporter": self.submission.keys.signing,
        }


Lines = tuple[Line, Line, Names]
"""Two lines, and the names of one that is not there."""


@dataclass(frozen=True)
class Answer:
    """All that a caller gets to see."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes


async def ask(
    http: httpx.AsyncClient,
    key: SigningKey | None,
    method: str,
    target: str,
    body: bytes = b"",
    fields: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """Send a request, signed with a key; what it names is left out of the answer."""
    fields = ({"content-type": "application/json"} if body else {}) | dict(fields)
    if key is not None:
        challenge = (await http.post(f"{ORIGIN}/v1/challenges")).json()["challenge"]
        fields |= sign_request(
            method=method, uri=ORIGIN + target, body=body, challenge=challenge, key=key
        )
    found = await http.request(method, ORIGIN + target, content=body or None, headers=fields)
    told = ((name, value.replace(target, "{target}")) for name, value in found.headers.items())
    return Answer(found.status_code, tuple(sorted(told)), found.content)


async def make_line(hosted: HostedLine, invite: str, text: str) -> Line:
    """Open a line with texts of its own, and let a report begin on it."""
    keys = [hosted.new_keys() for _ in range(3)]
    plan = hosted.plan(*keys)
    texts = dataclasses.replace(plan.chosen_texts(), further=(text.encode(),))
    plan = dataclasses.replace(plan, texts=texts)
    published = await hosted.owner().publish(plan, invite=invite)
    hosted.handlers = [hosted.handler(k) for k in keys]
    for handler in hosted.handlers:
        await handler.publish_keys(lambda _: None)
    submission = await hosted.submit(text)
    first = hosted.handlers[0]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    visit = await hosted.visit(submission)
    reply = await visit.seal("More of it.", language="en")
    await visit.send(reply)
    await visit.refresh()
    thread = await hosted.only_entry(first)
    answer = first.seal(thread, "Thank you.", language="en")
    await first.send(thread, answer)
    names = _names(hosted, published.document, submission, reply, answer)
    for key, place, upload, listed, message in (
        (
            submission.keys.signing,
            "/v1/report",
            names.reporters_upload,
            names.reporters_attachment,
            reply.message,
        ),
        (
            first.keys.signing,
            f"/v1/inbox/{encode_base64url(names.entry)}",
            names.handlers_upload,
            names.handlers_attachment,
            answer.message,
        ),
    ):
        http = httpx.AsyncClient(transport=hosted.network, base_url=ORIGIN)
        caller = Caller(http, ORIGIN, key)
        await _upload(hosted, submission, caller, place, upload)
        await _upload(hosted, submission, caller, place, listed, message)
    return Line(hosted, submission, visit, names)


async def _upload(
    hosted: HostedLine,
    submission: DraftReport,
    caller: Caller,
    place: str,
    attachment: ids.AttachmentId,
    message: SealedMessage | None = None,
) -> None:
    """Upload a file, and let a message list it that is there already."""
    await Upload(caller, place, id=attachment).whole()

    def work(tx: Transaction) -> None:
        row = find_attachment(tx, submission.keys.report_id, attachment)
        if row is not None and message is not None:
            list_attachments(tx, [row], message.message_id)

    await hosted.host.store.write(work)


def _names(
    hosted: HostedLine, document: LineDocument, submission: DraftReport, reply: Draft, answer: Draft
) -> Names:
    keys, handler = hosted.line_keys, hosted.handlers[0].keys
    data = document.to_json()
    wrap = submission.draft.message.wraps[0]
    return Names(
        line=keys.line_id,
        document=ids.document_hash(data),
        text=document.texts[0],
        entry=ids.inbox_entry(handler.handler_id, submission.keys.report_id),
        message=submission.draft.message_id,
        key=wrap.key_id,
        put_line=LinePut(
            first_key=keys.first_key,
            document=data,
            signature=keys.signing.sign(DOCUMENT_LABEL, data),
        ),
        put_import=ImportPut(first_key=keys.first_key, records=()),
        put_box_keys=BoxKeysPut(box_keys=hosted.handlers[0].keys.upcoming(hosted.clock.today())),
        put_report=ReportPut(keys=_public(submission.keys), message=submission.draft.message),
        reporters_message=reply.message,
        handlers_message=answer.message,
        put_wraps=WrapsPut(wraps=(wrap,)),
        **{name: ids.AttachmentId(hosted.entropy(ids.SHORT_ID_SIZE)) for name in _ATTACHMENTS},
    )


_ATTACHMENTS: Final = tuple(
    f"{whose}_{what}" for whose in ("reporters", "handlers") for what in ("upload", "attachment")
)


def _public(keys: ReporterKeys) -> ReporterPublicKeys:
    return ReporterPublicKeys(signing_key=keys.signing.public_key, box_key=keys.box.public_key)


@contextlib.asynccontextmanager
async def make_lines(folder: Path) -> AsyncIterator[tuple[Line, Line, Names]]:
    """Open two lines on one host; and name everything of a third, which is not there."""
    (folder / "absent").mkdir()
    async with make_hosted_line(folder / "absent") as hosted:
        hosted.entropy._calls = 10_000  # other keys than those of the first line
        hosted.line_keys = LineKeys.create(hosted.entropy)
        absent = await make_line(hosted, INVITE, "What is not here.")
    async with make_hosted_line(folder) as hosted:
        await hosted.host.store.write(lambda tx: insert_invite(tx, invite_hash(OTHER_INVITE)))
        other = dataclasses.replace(hosted, line_keys=LineKeys.create(hosted.entropy), handlers=[])
        one = await make_line(hosted, INVITE, "One line's report.")
        two = await make_line(other, OTHER_INVITE, "The other line's report.")
        yield one, two, absent.names
