"""What the life does not need: every other operation once, and a refusal of each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from meldpunt.protocol.attachment import (
    Attachment,
    AttachmentContext,
    digest_of,
    seal_stream,
    stream_header_of,
)
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.held import held_line_hash, held_report_hash
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import BulletinKeyPut, ReporterPublicKeys, ReportPut, WrapsPut
from meldpunt.wire.transfer import ExportPage, ImportPut
from openapi.generator.life import people
from openapi.generator.life.acts import Life
from openapi.generator.life.host import By, RecordingHost
from openapi.generator.life.people import ANNAS_ENTRY, KEYS, LINE_PATH
from openapi.generator.scene import ANNA, BRAM, LINE, LINE_KEY, secret, signing_key

NEXT_ORIGIN: Final = "https://next.example"
NEXT_HOST: Final = "life next host"
_TUS: Final = {"Tus-Resumable": "1.0.0"}
_PLAIN: Final = b"Uren van maart: 160, gewerkt: 96.\n"
_STRANGER: Final = signing_key("life stranger")
_HTML: Final = {"Accept": "text/html"}
_NOBODYS: Final = encode_base64url(secret("life nobody"))
"""A hash that names nothing."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of somebody, and where its author uploads it."""

    place: str
    key: SigningKey
    listed: Attachment

    @property
    def path(self) -> str:
        return f"{self.place}/attachments/{encode_base64url(self.listed.id)}"

    @property
    def data(self) -> bytes:
        """The ciphertext."""
        stream = seal_stream(
            [_PLAIN],
            len(_PLAIN),
            context=_context(self.listed.id),
            key=self.listed.key,
            stream_header=stream_header_of(self.listed.key),
        )
        return b"".join(stream)


def _context(attachment: ids.AttachmentId) -> AttachmentContext:
    return AttachmentContext(LINE, KEYS.report_id, attachment)


def _file(name: str, place: str, key: SigningKey) -> _File:
    attachment = ids.AttachmentId(secret(f"life {name}", 16))
    listed = Attachment(
        id=attachment,
        name="uren.txt",
        media_type="text/plain",
        size=len(_PLAIN),
        key=secret(f"life {name} key"),
        digest=ids.Hash(bytes(32)),
    )
    digest = digest_of([_PLAIN], listed, _context(attachment))
    return _File(place, key, listed.model_copy(update={"digest": digest}))


async def show_rest(life: Life, next_host: RecordingHost) -> None:
    """Use every operation that the life does not use, then have each refused once."""
    life.act("Further operations")
    await _ask_the_host(life)
    await _wrap(life)
    await _upload(life, "report", "/v1/report", KEYS.signing)
    await _upload(life, "inbox", ANNAS_ENTRY, ANNA.signing)
    await _refuse(life, next_host)
    await _move(life, next_host)


async def _ask_the_host(life: Life) -> None:
    host = life.host
    await host.send("Is the host there", "GET", "/v1/health")
    await host.send("What an office must know of it", "GET", "/v1/host")
    document = encode_base64url(ids.document_hash(people.DOCUMENT))
    await host.send("A document by its hash", "GET", f"{LINE_PATH}/documents/{document}")
    signed = By(LINE_KEY, await host.challenge())
    await host.send("What the office sees of its clocks", "GET", f"{LINE_PATH}/clocks", by=signed)
    await host.send(
        "The bulletin key again",
        "PUT",
        "/v1/report/bulletin-key",
        BulletinKeyPut(bulletin_key=KEYS.bulletin),
        by=By(KEYS.signing, await host.challenge()),
    )


async def _wrap(life: Life) -> None:
    host, first = life.host, life.talk.said[0]
    message = first.sealed.message_id
    wrap = life.talk.wrap(BRAM.id, message, first.content_key)
    challenge = await host.challenge()
    await host.send(
        "Anna wraps the report to Bram once more",
        "PUT",
        f"{ANNAS_ENTRY}/messages/{first.path}/wraps",
        WrapsPut(wraps=(wrap,)),
        by=By(ANNA.signing, challenge),
    )
    entry = encode_base64url(ids.inbox_entry(BRAM.id, KEYS.report_id))
    key = encode_base64url(wrap.key_id)
    await host.send(
        "Bram destroys a wrap to a key that has ended",
        "DELETE",
        f"/v1/inbox/{entry}/messages/{first.path}/wraps/{key}",
        by=By(BRAM.signing, challenge),
    )


async def _upload(life: Life, name: str, place: str, key: SigningKey) -> None:
    host, file, spoilt = life.host, _file(name, place, key), _file(f"{name} spoilt", place, key)
    challenge = await host.challenge()
    signed = By(key, challenge)
    length = {"Upload-Length": str(len(file.data))}
    await host.send("What uploads can do here", "OPTIONS", file.path)
    for each in (file, spoilt):
        await host.send("An upload begins", "POST", each.path, fields=_TUS | length, by=signed)
    await host.send("How far is it", "HEAD", file.path, fields=_TUS, by=signed)
    part = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    await host.send("A part", "PATCH", file.path, file.data, fields=_TUS | part, by=signed)
    await host.send("The other one is given up", "DELETE", spoilt.path, fields=_TUS, by=signed)
    by_reporter = place == "/v1/report"
    said = life.talk.say(
        REPORTER if by_reporter else ANNA.id,
        Tag.MESSAGE,
        "Zie de bijlage.",
        on=host.clock.day,
        files=(file.listed,),
    )
    await host.send(
        "A message lists it", "PUT", f"{place}/messages/{said.path}", said.sealed, by=signed
    )
    reader, key = (ANNAS_ENTRY, ANNA.signing) if by_reporter else ("/v1/report", KEYS.signing)
    path = file.path.replace(place, reader)
    await host.send("A reader fetches it", "GET", path, by=By(key, challenge))
    begun = {"Range": "bytes=0-23"}
    await host.send("Only its start", "GET", path, by=By(key, challenge), fields=begun)


async def _move(life: Life, next_host: RecordingHost) -> None:
    host = life.host
    moved = people.line_document(
        number=2,
        previous=ids.document_hash(people.DOCUMENT),
        signed_on=host.clock.day,
        expires_on=host.clock.day + timedelta(days=90),
        origins=(NEXT_ORIGIN,),
        receipt_key=signing_key(NEXT_HOST).public_key,
    ).to_json()
    signed = By(LINE_KEY, await host.challenge())
    put = people.line_put(moved, invite=None)
    await host.send("The office names another host", "PUT", LINE_PATH, put, by=signed)
    page = await host.send("The export of the line", "GET", f"{LINE_PATH}/export", by=signed)
    records = ExportPage.from_value(page.json()).records
    await next_host.take_invite(people.INVITE)
    await next_host.send(
        "Its import at the next host",
        "PUT",
        f"{LINE_PATH}/import",
        ImportPut(first_key=put.first_key, records=records, invite=people.INVITE),
        by=By(LINE_KEY, await next_host.challenge()),
    )
    sent = [said.sealed.message_id for said in life.talk.said]
    held = encode_base64url(held_line_hash([held_report_hash(KEYS.report_id, sent)]))
    target = f"{LINE_PATH}/reports?held={held}"
    await host.send("The old host erases what was compared", "DELETE", target, by=signed)


async def _refuse(life: Life, next_host: RecordingHost) -> None:
    """Have every operation refused, each for a reason that a client meets."""
    host, said = life.host, life.talk.said
    challenge = await host.challenge()
    for method, path in (
        ("POST", "/v1/challenges"),
        ("GET", "/v1/health"),
        ("GET", "/v1/host"),
        ("GET", "/v1/bulletins"),
        ("OPTIONS", f"/v1/report/attachments/{_NOBODYS[:21]}A"),
        ("OPTIONS", f"{ANNAS_ENTRY}/attachments/{_NOBODYS[:21]}A"),
    ):
        await host.send("HTML is not served", method, path, fields=_HTML)
    for path in (
        "/v1/bulletins/2026-11-30",
        LINE_PATH.replace("tc4r", "aaaa"),
        f"{LINE_PATH}/documents/{_NOBODYS}",
        f"{LINE_PATH}/texts/{_NOBODYS}",
    ):
        await host.send("Nothing has that name", "GET", path)
    stranger = By(_STRANGER, challenge)
    for method, path in (
        ("GET", "/v1/report"),
        ("GET", people.INBOX),
        ("GET", ANNAS_ENTRY),
        ("GET", f"{ANNAS_ENTRY}/messages"),
        ("GET", f"{LINE_PATH}/export"),
        ("GET", f"{LINE_PATH}/clocks"),
        ("DELETE", f"{LINE_PATH}/reports?held={_NOBODYS}"),
        ("DELETE", f"{ANNAS_ENTRY}/messages/{said[0].path}/wraps/{_NOBODYS[:21]}A"),
    ):
        await host.send("Somebody else's key", method, path, by=stranger)
    await host.send("An old challenge", "GET", "/v1/report/messages", by=By(KEYS.signing, _NOBODYS))
    box_keys = people.box_keys_put(ANNA)
    await host.send("Not a handler", "PUT", f"{LINE_PATH}/box-keys", box_keys, by=stranger)
    await _refuse_writes(life, challenge)
    await _refuse_uploads(life, challenge)
    signed = By(LINE_KEY, await next_host.challenge())
    await next_host.send("Without an invite", "PUT", LINE_PATH, people.line_put(), by=signed)
    empty = ImportPut(first_key=LINE_KEY.public_key, records=())
    await next_host.send("Without an invite", "PUT", f"{LINE_PATH}/import", empty, by=signed)


async def _refuse_writes(life: Life, challenge: str) -> None:
    host, said = life.host, life.talk.said
    reporter = By(KEYS.signing, challenge)
    anna = By(ANNA.signing, challenge)
    keys = ReporterPublicKeys(signing_key=_STRANGER.public_key, box_key=KEYS.box.public_key)
    put = ReportPut(keys=keys, message=said[0].sealed)
    await host.send(
        "Keys that the report is not named after",
        "PUT",
        "/v1/report",
        put,
        by=By(_STRANGER, challenge),
    )
    other = BulletinKeyPut(bulletin_key=secret("life other bulletin key", 16))
    await host.send("Another key", "PUT", "/v1/report/bulletin-key", other, by=reporter)
    await host.send(
        "Another body",
        "PUT",
        f"/v1/report/messages/{said[0].path}",
        said[0].sealed.model_copy(update={"body": said[1].sealed.body}),
        by=reporter,
    )
    await host.send(
        "Another body",
        "PUT",
        f"{ANNAS_ENTRY}/messages/{said[1].path}",
        said[1].sealed.model_copy(update={"body": said[0].sealed.body}),
        by=anna,
    )
    wrap = said[0].sealed.wraps[0].model_copy(update={"key_id": ids.KeyId(secret("x", 16))})
    await host.send(
        "A wrap for nobody",
        "PUT",
        f"{ANNAS_ENTRY}/messages/{said[0].path}/wraps",
        WrapsPut(wraps=(wrap,)),
        by=anna,
    )


async def _refuse_uploads(life: Life, challenge: str) -> None:
    host = life.host
    for place, key in (("/v1/report", KEYS.signing), (ANNAS_ENTRY, ANNA.signing)):
        path = f"{place}/attachments/{_NOBODYS[:21]}A"
        signed = By(key, challenge)
        await host.send("Nothing is there", "GET", path, by=signed)
        await host.send("No version of tus", "DELETE", path, by=signed)
        length = {"Upload-Length": "1"}
        await host.send("No file has this length", "POST", path, fields=_TUS | length, by=signed)
        part = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        await host.send("No upload", "PATCH", path, b"part", fields=_TUS | part, by=signed)
        await host.send("No upload", "HEAD", path, fields=_TUS, by=signed)
