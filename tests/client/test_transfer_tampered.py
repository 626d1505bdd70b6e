"""What was changed on the way between two hosts is refused: in the file, and by the new host."""

import json
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.client import ExportFileError, LineKeys, ProblemError, check_export
from meldpunt.client.http.api import LineApi
from meldpunt.client.transfer.export_file import LineHashes
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.protocol.verify.log.header import Handover, Header, Tag
from meldpunt.server.usecases.transfer import line_export
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.transfer import ImportPut, Record
from tests.client.every_state import open_line_with_every_state
from tests.client.transfer_scenario import TransferScenario, import_put, make_transfer_scenario

Records = list[dict[str, Any]]


@pytest.fixture
async def transfer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TransferScenario]:
    """Give a line that is exported in small pages: a report in full, and an erased one."""
    monkeypatch.setattr(line_export, "PAGE_SIZE", 8000)
    async with make_transfer_scenario(tmp_path) as made:
        hosted = made.hosted
        await hosted.open_line()
        submission = await hosted.submit()
        first = hosted.handlers[0]
        await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
        await (await hosted.visit(submission)).reply("More.", language="en")
        gone = await hosted.submit("Never mind.", readers=(2,))
        await (await hosted.visit(gone)).withdraw(language="en", immediate=True)
        await made.announce()
        await made.export()
        yield made


def _flip(text: str) -> str:
    """Change one bit in the middle of bytes in base64url."""
    data = bytearray(decode_base64url(text))
    data[len(data) // 2] ^= 1
    return encode_base64url(bytes(data))


def _some(size: int) -> str:
    return encode_base64url(b"x" * size)


def _first(records: Records, kind: str) -> Any:  # noqa: ANN401 (JSON)
    return next(record[kind] for record in records if kind in record)


def _whole(records: Records) -> Any:  # noqa: ANN401 (JSON)
    """Return the beginning of the report that is not erased."""
    return next(r["report"] for r in records if "body" in r.get("report", {}).get("first", {}))


def _drop(records: Records, kind: str, number: int = 0) -> None:
    found = [index for index, record in enumerate(records) if kind in record]
    del records[found[number]]


def _drop_message(records: Records, number: int) -> None:
    """Leave out a message of the report that is not erased, with its wraps."""
    found = [i for i, r in enumerate(records) if "body" in r.get("message", {})]
    start = found[number]
    end = next(i for i in range(start + 1, len(records)) if "wraps" not in records[i])
    del records[start:end]


def _end(records: Records, *, erased: bool) -> Any:  # noqa: ANN401 (JSON)
    return next(r["end"] for r in records if "end" in r and ("remains" in r["end"]) == erased)


def _set(kind: str, name: str, value: object) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        found = _first(records, kind)
        found[name] = value(found[name]) if callable(value) else value

    return change


def _set_wrap(name: str, value: str) -> Callable[[Records], None]:
    return lambda records: _first(records, "wraps")["wraps"][0].__setitem__(name, value)


def _consent(records: Records) -> None:
    """Make the reporter's second message one that hands the report to another line."""
    for record in records:
        text = record.get("message", {}).get("header", "")
        header = Header.from_signed(decode_base64url(text)) if text else None
        if header is not None and header.author == REPORTER and header.tag is Tag.MESSAGE:
            handlers = [r for r in header.readers if not isinstance(r, str)]
            handover = Handover(
                line_id=ids.LineId(bytes(20)),
                document=header.document,
                readers=tuple(sorted(handlers)),
                messages=header.seen,
                until=date(2026, 3, 22),
            )
            changed = header.model_copy(update={"tag": Tag.CONSENT, "handover": handover})
            record["message"]["header"] = encode_base64url(changed.to_json())


TAMPERED: Final[dict[str, tuple[Callable[[Records], object], Reason]]] = {
    "a document's signature": (_set("document", "signature", _flip), Reason.SIGNATURE),
    "a document left out": (lambda r: _drop(r, "document"), Reason.DOCUMENT_PREVIOUS),
    "a text changed": (lambda r: r.__setitem__(2, {"text": _some(9)}), Reason.TEXT_HASH),
    "a text left out": (lambda r: _drop(r, "text"), Reason.TEXT_HASH),
    "a box key's signature": (_set("boxKey", "signature", _flip), Reason.SIGNATURE),
    "box keys left out": (
        lambda r: r.__setitem__(slice(None), [x for x in r if "boxKey" not in x]),
        Reason.WRAP_READER,
    ),
    "a reporter's key": (
        lambda r: _whole(r)["keys"].update(boxKey=_flip(_whole(r)["keys"]["boxKey"])),
        Reason.REPORT_KEYS,
    ),
    "another document for a report": (
        lambda r: _whole(r).update(document=_some(32)),
        Reason.DOCUMENT_UNKNOWN,
    ),
    "a later document for a report": (
        lambda r: _whole(r).update(document=_newest(r)),
        Reason.GAP,
    ),
    "the day of a report": (
        lambda r: _whole(r)["first"].update(receivedOn="2026-03-01"),
        Reason.PROOF,
    ),
    "the day of a message": (_set("message", "receivedOn", "2026-03-03"), Reason.PROOF),
    "a day to come": (
        lambda r: _whole(r)["first"].update(receivedOn="2026-06-01"),
        Reason.DOCUMENT_DATES,
    ),
    "a proof of receipt": (_set("message", "proof", _flip), Reason.PROOF),
    "a receipt key of nobody's": (_set("message", "receiptKey", _some(32)), Reason.PROOF),
    "a report of two lines": (_consent, Reason.HANDOVER),
    "a message's signature": (_set("message", "signature", _flip), Reason.SIGNATURE),
    "a body": (_set("message", "body", _flip), Reason.BODY_HASH),
    "a body left out": (lambda r: _first(r, "message").pop("body"), Reason.BODY_HASH),
    "a report's body left out": (lambda r: _whole(r)["first"].pop("body"), Reason.BODY_HASH),
    "a position": (_set("message", "position", 7), Reason.GAP),
    "a message left out": (lambda r: _drop_message(r, 0), Reason.GAP),
    "the last message left out": (lambda r: _drop_message(r, 1), Reason.GAP),
    "a message left out, but for its wraps": (
        lambda r: _drop(r, "message"),
        Reason.OTHER_REPORT,
    ),
    "a message of another report": (_set("message", "report", _some(32)), Reason.OTHER_REPORT),
    "a wrap cut short": (_set_wrap("wrap", _some(1167)), Reason.WRAP_SIZE),
    "a wrap for nobody's key": (_set_wrap("keyId", _some(16)), Reason.WRAP_READER),
    "a wrap of nobody": (_set_wrap("maker", _some(16)), Reason.AUTHOR_UNKNOWN),
    "a wrap of another message": (_set("wraps", "message", _some(32)), Reason.OTHER_REPORT),
    "a count": (lambda r: _end(r, erased=False).update(messageCount=4), Reason.GAP),
    "an erasure that nobody asked for": (
        lambda r: _end(r, erased=False).update(remains=_end(r, erased=True)["remains"]),
        Reason.GAP,
    ),
    "an erasure undone": (lambda r: _end(r, erased=True).pop("remains"), Reason.GAP),
    "a stranger told of an erasure": (
        lambda r: _end(r, erased=True)["remains"].update(handlers=[_some(16)]),
        Reason.AUTHOR_UNKNOWN,
    ),
    "reports before documents": (lambda r: r.reverse(), Reason.OTHER_REPORT),
    "two in one record": (lambda r: r[0].update(r[2]), Reason.FIELDS),
    "nothing in a record": (lambda r: r[0].clear(), Reason.FIELDS),
}


def _newest(records: Records) -> str:
    documents = [r["document"]["document"] for r in records if "document" in r]
    return encode_base64url(ids.document_hash(decode_base64url(documents[-1])))


class _Raw(ImportPut):
    """A body that no model of ours would make."""

    def to_json(self) -> bytes:
        body: bytes = self.__dict__["body"]
        return body


async def _bring(transfer: TransferScenario, records: Records) -> None:
    put = import_put(transfer, (), last=True)
    line, key = transfer.hosted.line_keys.line_id, transfer.hosted.line_keys.signing
    body = json.dumps({**json.loads(put.to_json()), "records": records}).encode()
    raw = _Raw(first_key=put.first_key, records=())
    raw.__dict__["body"] = body
    await LineApi(transfer.transport()).put_import(line, raw, key)


async def test_what_is_whole_is_taken(transfer: TransferScenario) -> None:
    await _bring(transfer, transfer.records())
    assert (
        await LineApi(transfer.transport()).line(transfer.hosted.line_keys.line_id)
    ).moved is None


async def test_what_was_changed_is_refused(transfer: TransferScenario) -> None:
    whole = transfer.records()
    for name, (change, reason) in TAMPERED.items():
        records = deepcopy(whole)
        change(records)
        assert records != whole, name
        with pytest.raises(ProblemError) as refused:
            await _bring(transfer, records)
        assert refused.value.reason is reason, name
        with pytest.raises(ProblemError) as absent:
            await LineApi(transfer.transport()).line(transfer.hosted.line_keys.line_id)
        assert absent.value.kind is ProblemType.NOT_FOUND


def _moved_by(text: str, days: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=days)).isoformat()


def _received(transfer: TransferScenario, days: int) -> Callable[[Records], None]:
    """Move the day of the first message, which its author did not sign; the old host proves it."""

    def change(records: Records) -> None:
        first = _whole(records)["first"]
        first["receivedOn"] = _moved_by(first["receivedOn"], days)
        message = ids.message_id(decode_base64url(first["header"]))
        day = date.fromisoformat(first["receivedOn"])
        first["proof"] = encode_base64url(transfer.hosted.host.secrets.prove(message, day))

    return change


def _remain(name: str, days: int) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        remains = _end(records, erased=True)["remains"]
        remains[name] = _moved_by(remains[name], days)

    return change


def _signed_ahead(transfer: TransferScenario, days: int) -> Callable[[Records], None]:
    """Let the office sign its newest document on another day."""

    def change(records: Records) -> None:
        newest = [record["document"] for record in records if "document" in record][-1]
        document = json.loads(decode_base64url(newest["document"]))
        document["signedOn"] = _moved_by(document["signedOn"], days)
        data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        signature = transfer.hosted.line_keys.signing.sign(DOCUMENT_LABEL, data)
        newest.update(document=encode_base64url(data), signature=encode_base64url(signature))

    return change


LIMITS: Final[dict[str, tuple[object, ProblemType, Reason | None]]] = {
    "lines.MAX_BOX_KEYS": (0, ProblemType.TOO_MANY_KEYS, None),
    "reports.messages.MAX_MESSAGES": (1, ProblemType.REFUSED, Reason.TOO_LONG),
    "reports.messages.MAX_PAUSES": (0, ProblemType.REFUSED, Reason.TAG_NOT_ALLOWED),
    "reports.messages.MAX_PAUSE": (timedelta(0), ProblemType.REFUSED, Reason.HEADER_FIELDS),
}


async def test_what_another_host_allowed_keeps_to_the_limits_of_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_transfer_scenario(tmp_path) as moving:
        await open_line_with_every_state(moving.hosted)
        await moving.announce()
        await moving.export()
        for name, (limit, kind, reason) in LIMITS.items():
            with monkeypatch.context() as stricter:
                stricter.setattr(f"meldpunt.server.usecases.{name}", limit)
                with pytest.raises(ProblemError) as refused:
                    await _bring(moving, moving.records())
            assert (refused.value.kind, refused.value.reason) == (kind, reason), name
        await _bring(moving, moving.records())


async def test_days_that_cannot_be_are_refused(transfer: TransferScenario) -> None:
    """The old host proves what it likes; documents, headers and terms say what can be."""
    whole = transfer.records()
    wrong: dict[str, tuple[Callable[[Records], None], Reason]] = {
        "received before its document": (_received(transfer, -3), Reason.DOCUMENT_DATES),
        "received on a day to come": (_received(transfer, 3), Reason.DOCUMENT_DATES),
        "a document of a day to come": (_signed_ahead(transfer, 3), Reason.DOCUMENT_DATES),
        "remains of a report before its document": (
            _remain("receivedOn", -3),
            Reason.DOCUMENT_DATES,
        ),
        "remains of a report after its withdrawal": (
            _remain("receivedOn", 3),
            Reason.DOCUMENT_DATES,
        ),
        "remains that go early": (_remain("erasedOn", -3), Reason.DOCUMENT_DATES),
        "remains that stay": (_remain("erasedOn", 3), Reason.DOCUMENT_DATES),
        "remains of another withdrawal": (
            lambda r: _end(r, erased=True)["remains"].update(immediate=False),
            Reason.FIELDS,
        ),
    }
    for name, (change, reason) in wrong.items():
        records = deepcopy(whole)
        change(records)
        with pytest.raises(ProblemError) as refused:
            await _bring(transfer, records)
        assert refused.value.reason is reason, name


async def test_days_within_what_clocks_may_be_wrong_are_taken(transfer: TransferScenario) -> None:
    records = transfer.records()
    for change in (
        _received(transfer, 2),
        _remain("receivedOn", -2),
        _remain("erasedOn", -2),
        _signed_ahead(transfer, 2),
    ):
        change(records)
    await _bring(transfer, records)


async def test_other_content_in_the_same_place_is_a_conflict(transfer: TransferScenario) -> None:
    whole = transfer.records()
    await _bring(transfer, whole)
    flips: dict[str, Callable[[Records], object]] = {
        "a proof": _set("message", "proof", _flip),
        "a position": _set("message", "position", 9),
        "a wrap": _set_wrap("wrap", _some(1168)),
        "a count": lambda r: _end(r, erased=False).update(messageCount=9),
    }
    for name, change in flips.items():
        records = deepcopy(whole)
        change(records)
        with pytest.raises(ProblemError) as refused:
            await _bring(transfer, records)
        assert refused.value.kind is ProblemType.CONFLICT, name
    await _bring(transfer, whole)


async def test_a_file_that_was_cut_or_changed_anywhere_is_refused(
    transfer: TransferScenario,
) -> None:
    keys = transfer.hosted.line_keys
    data = transfer.path.read_bytes()
    lines = data.splitlines(keepends=True)
    assert len(lines) > 5
    changed = [b"".join(lines[:number]) for number in range(len(lines))]  # cut at every line
    changed += [data[:-1], data + b"\n", data + data, b"".join(lines[:1] + lines[2:])]
    changed += [b"".join(lines[:-1] + lines[1:])]
    for number in range(len(lines)):
        middle = len(lines[number]) // 2
        flipped = lines[number][:middle] + b"Z" + lines[number][middle + 1 :]
        changed.append(b"".join([*lines[:number], flipped, *lines[number + 1 :]]))
    for content in changed:
        if content == data:
            continue
        transfer.path.write_bytes(content)
        with pytest.raises(ExportFileError):
            check_export(transfer.path, keys)


async def test_a_file_that_somebody_else_put_together_is_refused(
    transfer: TransferScenario,
) -> None:
    lines = transfer.path.read_bytes().splitlines()
    chain = LineHashes()
    for line in (lines[0], *lines[2:-1]):  # the first page left out
        chain.add(line)
    end = json.loads(lines[-1]) | {"end": encode_base64url(chain.value)}
    forged = [lines[0], *lines[2:-1], json.dumps(end, separators=(",", ":")).encode()]
    transfer.path.write_bytes(b"".join(line + b"\n" for line in forged))
    with pytest.raises(ExportFileError):
        check_export(transfer.path, transfer.hosted.line_keys)


async def test_a_file_of_another_line_is_refused(transfer: TransferScenario) -> None:
    stranger = LineKeys.create(transfer.hosted.entropy)
    with pytest.raises(ExportFileError, match="another line"):
        check_export(transfer.path, stranger)
    with pytest.raises(ExportFileError, match="already"):
        await transfer.export()
    transfer.path.rename(transfer.path.with_name("line.export.part"))
    transfer.hosted.line_keys = stranger
    with pytest.raises(ExportFileError, match="another export"):
        await transfer.export()


async def test_a_file_of_another_release_is_refused(transfer: TransferScenario) -> None:
    content = transfer.path.read_text().replace('"version":1', '"version":2', 1)
    transfer.path.write_text(content)
    with pytest.raises(ExportFileError, match="another release"):
        check_export(transfer.path, transfer.hosted.line_keys)


async def test_the_file_holds_nothing_that_the_host_cannot_read(transfer: TransferScenario) -> None:
    data = transfer.path.read_text()
    assert "Received." not in data
    assert Record.from_value(transfer.records()[0]).document is not None
    assert transfer.path.stat().st_mode & 0o077 == 0
