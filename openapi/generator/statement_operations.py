"""Operations on signed statements: ids, lines, headers and whole messages."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from meldpunt.protocol import keys, message
from meldpunt.protocol.consultation import (
    find_consultation_note,
    verify_consultation_note,
)
from meldpunt.protocol.line import Pin, verify_line
from meldpunt.protocol.oral import verify_oral_note
from meldpunt.protocol.payload import parse_payload
from meldpunt.protocol.verify import ids, strict_json
from meldpunt.protocol.verify.box_key import SignedBoxKey, verify_box_key
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.key_chain import Rotation, verify_key_chain
from meldpunt.protocol.verify.line_document import (
    check_handlers_kept,
    parse_line_document,
    verify_line_document,
)
from meldpunt.protocol.verify.log.header import parse_header, verify_header
from meldpunt.protocol.verify.proof import check_proof, proof_bytes
from meldpunt.protocol.verify.sealed import Wrap, check_body
from meldpunt.protocol.verify.served import ServedLine

Json = dict[str, Any]
_hex = bytes.fromhex


def participant(text: str) -> Participant:
    """Read `reporter`, or a handler id in hexadecimal."""
    return REPORTER if text == REPORTER else ids.HandlerId(_hex(text))


def _line_id(given: Json) -> Json:
    line = ids.line_id(_hex(given["firstKey"]))
    return {"id": line.hex(), "text": encode_line_id(line)}


def _handler_id(given: Json) -> Json:
    line = ids.LineId(_hex(given["lineId"]))
    return {"id": ids.handler_id(line, _hex(given["signingKey"])).hex()}


def _box_key_id(given: Json) -> Json:
    key = ids.box_key_id(
        line=ids.LineId(_hex(given["lineId"])),
        handler=ids.HandlerId(_hex(given["handlerId"])),
        number=given["number"],
        public_key=_hex(given["publicKey"]),
    )
    return {"id": key.hex()}


def _report_id(given: Json) -> Json:
    box_key = _hex(given["boxKey"])
    report = ids.report_id(signing_key=_hex(given["signingKey"]), box_key=box_key)
    return {"id": report.hex(), "boxKeyId": ids.reporter_key_id(report, box_key).hex()}


def _inbox_entry(given: Json) -> Json:
    handler, report = ids.HandlerId(_hex(given["handlerId"])), ids.ReportId(_hex(given["reportId"]))
    return {"id": ids.inbox_entry(handler, report).hex()}


def _key_chain(given: Json) -> Json:
    rotations = tuple(
        Rotation(
            statement=rotation["statement"].encode(),
            old_signature=_hex(rotation["oldSignature"]),
            new_signature=_hex(rotation["newSignature"]),
        )
        for rotation in given["rotations"]
    )
    line = ids.LineId(_hex(given["lineId"]))
    chain = verify_key_chain(line, _hex(given["firstKey"]), rotations)
    return {"keys": [key.hex() for key in chain]}


def _document(given: Json) -> Json:
    data = given["document"].encode()
    line, chain = ids.LineId(_hex(given["lineId"])), tuple(map(_hex, given["keys"]))
    document = verify_line_document(data, _hex(given["signature"]), line, chain)
    return {
        "hash": ids.document_hash(data).hex(),
        "number": document.number,
        "handlers": [handler.id.hex() for handler in document.handlers],
    }


def _next_document(given: Json) -> Json:
    line = ids.LineId(_hex(given["lineId"]))
    newer, older = (parse_line_document(given[name].encode(), line) for name in ("newer", "older"))
    check_handlers_kept(newer, older)
    return {}


def _box_key(given: Json) -> Json:
    data = given["document"].encode()
    line = ids.LineId(_hex(given["lineId"]))
    signed = SignedBoxKey(statement=given["statement"].encode(), signature=_hex(given["signature"]))
    statement = verify_box_key(signed, parse_line_document(data, line))
    return {"keyId": statement.key_id.hex(), "publicKey": statement.public_key.hex()}


def _line(given: Json) -> Json:
    """Verify a whole answer, and that a client may seal under it."""
    data = given["served"].encode()
    served = ServedLine.from_value(strict_json.parse(data, max_size=len(data)))
    pin = given.get("pin")
    line = verify_line(
        served,
        ids.LineId(_hex(given["lineId"])),
        today=date.fromisoformat(given["today"]),
        pin=pin and Pin(pin["number"], ids.Hash(_hex(pin["document"])), pin["keyNumber"]),
    )
    line.check_sealable()
    return {
        "document": line.document_hash.hex(),
        "freshness": line.freshness.value,
        "boxKeys": {h.hex(): key.key_id.hex() for h, key in sorted(line.box_keys.items())},
    }


def _header(given: Json) -> Json:
    header = parse_header(given["header"].encode())
    return {"author": _text(header.author), "tag": header.tag.value, "n": header.n}


def _text(author: Participant) -> str:
    return author if isinstance(author, str) else encode_base64url(author)


def _signed_header(given: Json) -> Json:
    verified = verify_header(
        given["header"].encode(), _hex(given["signature"]), _hex(given["signingKey"])
    )
    return {"messageId": verified.message_id.hex()}


def _body(given: Json) -> Json:
    check_body(parse_header(given["header"].encode()), _hex(given["body"]))
    return {}


def _open_message(given: Json) -> Json:
    verified = verify_header(
        given["header"].encode(), _hex(given["signature"]), _hex(given["signingKey"])
    )
    opened = message.open_message(
        verified,
        _hex(given["body"]),
        [Wrap(key_id=ids.KeyId(_hex(w["keyId"])), wrap=_hex(w["wrap"])) for w in given["wraps"]],
        reader=participant(given["reader"]),
        box_keys={ids.KeyId(_hex(given["keyId"])): keys.BoxKey.from_seed(_hex(given["seed"]))},
    )
    return {"messageId": verified.message_id.hex(), "payload": opened.payload.to_json().decode()}


def _oral_note(given: Json) -> Json:
    document = parse_line_document(given["document"].encode(), ids.LineId(_hex(given["lineId"])))
    header = parse_header(given["header"].encode())
    handler = verify_oral_note(header, parse_payload(given["payload"].encode()), document)
    return {} if handler is None else {"handler": handler.id.hex()}


def _consultation_note(given: Json) -> Json:
    header, payload = parse_header(given["header"].encode()), given["payload"].encode()
    note = find_consultation_note(header, parse_payload(payload))
    if note is None:
        return {}
    document = parse_line_document(given["document"].encode(), ids.LineId(_hex(given["lineId"])))
    handler = verify_consultation_note(header, note, document, parse_day(given["today"]))
    return {"handler": handler.id.hex()}


def _make_proof(given: Json) -> Json:
    message, day = ids.MessageId(_hex(given["messageId"])), parse_day(given["day"])
    key = keys.SigningKey.from_seed(_hex(given["seed"]))
    return {"proof": key.sign_raw(proof_bytes(message, day)).hex()}


def _check_proof(given: Json) -> Json:
    message, day = ids.MessageId(_hex(given["messageId"])), parse_day(given["day"])
    receipt_key = _hex(given["receiptKey"])
    check_public_key(receipt_key)
    check_proof(message, day, _hex(given["proof"]), receipt_key)
    return {}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "line-id": _line_id,
    "handler-id": _handler_id,
    "box-key-id": _box_key_id,
    "report-id": _report_id,
    "inbox-entry": _inbox_entry,
    "message-id": lambda given: {"id": ids.message_id(given["header"].encode()).hex()},
    "body-hash": lambda given: {"hash": ids.body_hash(_hex(given["body"])).hex()},
    "document-hash": lambda given: {"hash": ids.document_hash(given["document"].encode()).hex()},
    "text-hash": lambda given: {"hash": ids.text_hash(_hex(given["text"])).hex()},
    "verify-key-chain": _key_chain,
    "verify-document": _document,
    "check-handlers-kept": _next_document,
    "verify-box-key": _box_key,
    "verify-line": _line,
    "parse-header": _header,
    "verify-header": _signed_header,
    "check-body": _body,
    "open-message": _open_message,
    "check-oral-note": _oral_note,
    "check-consultation-note": _consultation_note,
    "make-proof": _make_proof,
    "check-proof": _check_proof,
}
