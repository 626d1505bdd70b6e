"""A host with one line, and reports for that line: everything that the measurements send.

The reports are like those of a reporter's device. Only body, wraps and box key are random bytes of
the right size. The host cannot see the difference, and thousands are ready in a second.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from benchmarks.sending.load import send
from meldpunt.protocol.keys import BoxChain, SigningKey
from meldpunt.protocol.message import first_header
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify import box_key, ids
from meldpunt.protocol.verify import line_document as documents
from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import participant_text
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap
from meldpunt.protocol.verify.sizes import BODY_SIZES, BOX_KEY_SIZE, WRAP_SIZE
from meldpunt.server.app import open_host
from meldpunt.server.settings import Settings
from meldpunt.server.store import lines
from meldpunt.server.store.database.migration import migrate
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.usecases.identity import check_identity, claim_attachments
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut

ORIGIN: Final = "http://bench.example"
_TEXT: Final = b"{}"


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler of the line."""

    id: ids.HandlerId
    signing: SigningKey
    box_key: ids.KeyId


@dataclass(frozen=True, slots=True)
class Office:
    """A line with three handlers. Two of them read each report."""

    line: ids.LineId
    document: ids.Hash
    handlers: tuple[Handler, ...]
    draw: Callable[[int], bytes]
    """The source of random bytes."""

    @property
    def inbox(self) -> str:
        """The path of a handler's inbox."""
        return f"/v1/inbox?line={encode_line_id(self.line)}"

    @property
    def readers(self) -> tuple[Handler, ...]:
        """The two handlers who read each report, in the order of the header."""
        return tuple(sorted(self.handlers[:2], key=lambda reader: participant_text(reader.id)))


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is ready to send."""

    key: SigningKey
    put: ReportPut

    @property
    def id(self) -> ids.ReportId:
        """The hash of the reporter's public keys."""
        return ids.report_id(signing_key=self.key.public_key, box_key=self.put.keys.box_key)


def make_settings(folder: Path, *, database_url: str | None = None) -> Settings:
    """Return the settings of a host whose files lie in a folder."""
    return Settings(
        database_url=SecretStr(database_url or f"sqlite:///{folder}/host.db"),
        secrets_file=folder / "secrets.json",
        attachments=str(folder / "attachments"),
        origins=(ORIGIN,),
        challenge_seconds=3600,
    )


async def open_office(
    settings: Settings,
    *,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    today: date | None = None,
) -> Office:
    """Make the tables, and put a line with its handlers and box keys into them.

    Args:
        settings: Settings of the host.
        draw: The source of random bytes.
        today: The day on which the office signs its document; by default the real day.
    """
    today = today or datetime.now(UTC).date()
    line_key = SigningKey.from_seed(draw(32))
    line = ids.line_id(line_key.public_key)
    signing = [SigningKey.from_seed(draw(32)) for _ in range(3)]
    document = _document(line, [key.public_key for key in signing], today)
    data = document.to_json()
    keys = [_box_key(line, key, BoxChain.start(0, draw(32)), today) for key in signing]
    document_hash = ids.document_hash(data)

    def work(tx: Transaction) -> None:
        row = lines.LineRow(line, line_key.public_key, b"[]", document_hash, 1)
        lines.insert_line(tx, row)
        signature = line_key.sign(documents.DOCUMENT_LABEL, data)
        stored = lines.DocumentRow(line, data, signature)
        lines.insert_document(tx, document, document_hash, stored)
        lines.insert_texts(tx, line, [_TEXT])
        lines.replace_handlers(tx, document)
        for statement, signed in keys:
            lines.insert_box_key(tx, statement, signed)

    host = open_host(settings)
    try:
        await migrate(host.store)
        await host.blobs.make_place()
        await claim_attachments(host.store, host.blobs)
        await check_identity(host)
        await host.store.write(work)
    finally:
        await host.close()
    handlers = (
        Handler(statement.handler_id, key, statement.key_id)
        for key, (statement, _) in zip(signing, keys, strict=True)
    )
    return Office(line, document_hash, tuple(handlers), draw)


def _document(line: ids.LineId, keys: list[bytes], today: date) -> documents.LineDocument:
    text = documents.Text(language="en", text="An office")
    clock = Clock(
        name="acknowledge",
        starts_at=Moment.RECEIVED,
        term=Term(7, "D"),
        met_by=MetBy.ACKNOWLEDGEMENT,
    )
    text_hash = ids.text_hash(_TEXT)
    return documents.LineDocument(
        version=1,
        line_id=line,
        number=1,
        key_number=0,
        signed_on=today,
        expires_on=today + timedelta(days=90),
        origins=(ORIGIN,),
        receipt_key=keys[0],
        languages=("en",),
        names=(text,),
        contact=(text,),
        form=text_hash,
        guide=text_hash,
        procedure=text_hash,
        clocks=(clock,),
        retention=Term(2, "M"),
        maximum_term=Term(5, "Y"),
        withdrawal_term=Term(14, "D"),
        handlers=tuple(_handler(line, key, today) for key in keys),
    )


def _handler(line: ids.LineId, key: bytes, today: date) -> documents.ListedHandler:
    return documents.ListedHandler(
        id=ids.handler_id(line, key), name="A", role="b", signing_key=key, from_=today
    )


def _box_key(
    line: ids.LineId, key: SigningKey, chain: BoxChain, today: date
) -> tuple[box_key.BoxKeyStatement, box_key.SignedBoxKey]:
    statement = box_key.BoxKeyStatement(
        version=1,
        line_id=line,
        handler_id=ids.handler_id(line, key.public_key),
        number=0,
        public_key=chain.key(0).public_key,
        not_before=today,
        not_after=today + timedelta(days=45),
    )
    data = statement.to_json()
    signature = key.sign(box_key.BOX_KEY_LABEL, data)
    return statement, box_key.SignedBoxKey(statement=data, signature=signature)


def make_report(office: Office, *, size_class: int = 1, like: Report | None = None) -> Report:
    """Return a new report.

    Args:
        office: The office whose line gets the report.
        size_class: 0 to 3, for a body of 1, 4, 16 or 64 KiB.
        like: A report whose keys to use; None makes fresh keys.
    """
    key = SigningKey.from_seed(office.draw(32)) if like is None else like.key
    reporter_box = office.draw(BOX_KEY_SIZE) if like is None else like.put.keys.box_key
    draft = first_header(
        line=office.line,
        report=ids.report_id(signing_key=key.public_key, box_key=reporter_box),
        document=office.document,
        readers=tuple(reader.id for reader in office.readers),
    )
    message = _seal(office, draft, key, size_class)
    keys = ReporterPublicKeys(signing_key=key.public_key, box_key=reporter_box)
    return Report(key, ReportPut(keys=keys, message=message))


def make_reply(
    office: Office,
    report: Report,
    n: int,
    seen: ids.MessageId,
    *,
    size_class: int = 0,
    attachments: tuple[ids.AttachmentId, ...] | None = None,
) -> SealedMessage:
    """Return the reporter's message number `n` (1, 2, …), whose `seen` names the message before."""
    draft = Header(
        version=1,
        line_id=office.line,
        report_id=report.id,
        author="reporter",
        n=n,
        tag=Tag.MESSAGE,
        document=office.document,
        readers=tuple(reader.id for reader in office.readers),
        seen=(seen,),
        attachments=attachments,
        body=ids.Hash(bytes(32)),
    )
    return _seal(office, draft, report.key, size_class)


def _seal(office: Office, draft: Header, key: SigningKey, size_class: int) -> SealedMessage:
    body = office.draw(BODY_SIZES[size_class])
    header = draft.model_copy(update={"body": ids.body_hash(body)}).to_json()
    wraps = tuple(
        Wrap(key_id=reader.box_key, wrap=office.draw(WRAP_SIZE)) for reader in office.readers
    )
    signature = key.sign(MESSAGE_LABEL, header)
    return SealedMessage(header=header, signature=signature, body=body, wraps=wraps)


def request(
    method: str,
    target: str,
    *,
    body: bytes = b"",
    key: SigningKey | None = None,
    challenge: str = "",
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a request, signed if there is a key.

    Args:
        method: In upper case.
        target: Path and query.
        body: JSON, unless `more` names another type; empty if none.
        key: The key that signs the request, if any.
        challenge: The host's challenge, for the signature.
        more: More header fields.
    """
    fields = {"host": "bench.example"}
    if body:
        fields |= {"content-type": "application/json", "content-length": str(len(body))}
    fields |= more or {}
    if key is not None:
        fields |= sign_request(
            method=method, uri=ORIGIN + target, body=body, challenge=challenge, key=key
        )
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


async def fetch_challenge(port: int) -> str:
    """Ask a host for a challenge. Here it is valid for an hour, and for any number of requests."""
    load = await send(port, [request("POST", "/v1/challenges")], connections=1, keep_answers=True)
    challenge: str = json.loads(load.answers[0].body)["challenge"]
    return challenge


def submission(report: Report, challenge: str) -> bytes:
    """Return the request that sends a report."""
    body = report.put.to_json()
    return request("PUT", "/v1/report", body=body, key=report.key, challenge=challenge)


def poll(report: Report, challenge: str, *, after: int = 1) -> bytes:
    """Return the request that asks for messages, by default for messages after the first one."""
    target = f"/v1/report/messages?after={after}"
    return request("GET", target, key=report.key, challenge=challenge)


def read(report: Report, reader: Handler, challenge: str) -> bytes:
    """Return the request with which a handler reads a report."""
    entry = encode_base64url(ids.inbox_entry(reader.id, report.id))
    target = f"/v1/inbox/{entry}/messages?after=0"
    return request("GET", target, key=reader.signing, challenge=challenge)


def reply(report: Report, message: SealedMessage, challenge: str) -> bytes:
    """Return the request that adds a message to a report."""
    target = f"/v1/report/messages/{encode_base64url(message.message_id)}"
    return request("PUT", target, body=message.to_json(), key=report.key, challenge=challenge)
