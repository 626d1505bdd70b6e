"""The operations that vectors name: the JSON of a vector in, the protocol's answer out.

Binary values are lower-case hexadecimal; statements that are signed are text, whose UTF-8 bytes
count. openapi/README.md describes every operation; web/sdk/tests has the same ones in JavaScript.
"""

from collections.abc import Callable
from typing import Any, Final

from meldpunt.protocol import body, keys, payload, receipt, wrap
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.shown_text import shown_text
from meldpunt.protocol.verify import ed25519, encoding, ids, request, strict_json
from meldpunt.protocol.verify.days import parse_day, parse_term
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.working_days import extended, holidays
from openapi.generator import (
    attachment_operations,
    bulletin_operations,
    file_operations,
    key_file_operations,
    log_operations,
    statement_operations,
    text_operations,
)

Json = dict[str, Any]
_hex = bytes.fromhex
_MAX_JSON: Final = 65536


def _receipt_keys(given: Json) -> Json:
    line = ids.LineId(_hex(given["lineId"]))
    seed = receipt.receipt_seed(given["typed"], line)
    made = keys.ReporterKeys.from_seed(seed)
    return {
        "seed": seed.hex(),
        "signingSeed": made.signing.seed.hex(),
        "signingKey": made.signing.public_key.hex(),
        "boxSeed": keys.derive(seed, "mp1/reporter-box").hex(),
        "boxKey": made.box.public_key.hex(),
        "reportId": made.report_id.hex(),
        "boxKeyId": made.box_key_id.hex(),
        "bulletinKey": made.bulletin.hex(),
    }


def _decode_line_id(given: Json) -> Json:
    return {"bytes": encoding.decode_line_id(given["text"]).hex()}


def _term(given: Json) -> Json:
    return {"day": parse_term(given["term"]).after(parse_day(given["day"])).isoformat()}


def _term_extended(given: Json) -> Json:
    start, end = parse_day(given["day"]), parse_day(given["end"])
    return {"day": extended(start, end, parse_term(given["term"])).isoformat()}


def _holidays(given: Json) -> Json:
    return {"days": sorted(day.isoformat() for day in holidays(given["year"]))}


def _json_signed(given: Json) -> Json:
    value = strict_json.parse_canonical(_hex(given["data"]), max_size=_MAX_JSON)
    return {"text": strict_json.dump(value).decode()}


def _json_request(given: Json) -> Json:
    value = strict_json.parse(_hex(given["data"]), max_size=_MAX_JSON)
    return {"text": strict_json.dump(value).decode()}


def _labelled_hash(given: Json) -> Json:
    parts = map(_hex, given["parts"])
    return {"hash": labelled_hash(given["size"], given["label"], *parts).hex()}


def _sign(given: Json) -> Json:
    key = keys.SigningKey.from_seed(_hex(given["seed"]))
    signature = key.sign(given["label"], _hex(given["message"]))
    return {"publicKey": key.public_key.hex(), "signature": signature.hex()}


def _check_public_key(given: Json) -> Json:
    ed25519.check_public_key(_hex(given["publicKey"]))
    return {}


def _check_signature(given: Json) -> Json:
    key = _hex(given["publicKey"])
    ed25519.check_public_key(key)
    message, signature = _hex(given["message"]), _hex(given["signature"])
    ed25519.check_signature(given["label"], message, signature, key)
    return {}


def _x_wing(given: Json) -> Json:
    return {"publicKey": keys.BoxKey.from_seed(_hex(given["seed"])).public_key.hex()}


def _check_box_key(given: Json) -> Json:
    wrap.check_box_public_key(_hex(given["publicKey"]))
    return {}


def _ratchet(given: Json) -> Json:
    chain = keys.BoxChain.start(given["first"], _hex(given["value"])).advance(given["from"])
    return {
        "value": chain.advance(given["to"]).value.hex(),
        "publicKey": chain.key(given["to"]).public_key.hex(),
    }


def _pad_length(given: Json) -> Json:
    return {"padded": len(body.pad(bytes(given["length"])))}


def _seal_body(given: Json) -> Json:
    sealed = body.seal_body(given["payload"].encode(), content_key=_hex(given["contentKey"]))
    return {"body": sealed.hex(), "bodyHash": ids.body_hash(sealed).hex()}


def _open_body(given: Json) -> Json:
    opened = body.open_body(_hex(given["body"]), content_key=_hex(given["contentKey"]))
    return {"payload": opened.decode()}


def _parse_payload(given: Json) -> Json:
    return {"text": payload.parse_payload(given["payload"].encode()).text}


def _open_wrap(given: Json) -> Json:
    context = wrap.WrapContext(
        line=ids.LineId(_hex(given["lineId"])),
        report=ids.ReportId(_hex(given["reportId"])),
        message=ids.MessageId(_hex(given["messageId"])),
        key=ids.KeyId(_hex(given["keyId"])),
    )
    box_key = keys.BoxKey.from_seed(_hex(given["seed"]))
    content_key = wrap.open_wrap(_hex(given["wrap"]), box_key=box_key, context=context)
    return {"info": context.info().hex(), "contentKey": content_key.hex()}


def _sign_request(given: Json) -> Json:
    return {
        "fields": sign_request(
            method=given["method"],
            uri=given["uri"],
            body=given["body"].encode(),
            challenge=given["challenge"],
            key=keys.SigningKey.from_seed(_hex(given["seed"])),
        )
    }


def _verify_request(given: Json) -> Json:
    fields = given["fields"]
    signed = request.parse_request_signature(
        signature_input=fields["signature-input"], signature=fields["signature"]
    )
    request.verify_request(
        signed,
        method=given["method"],
        origins=tuple(given["origins"]),
        target=given["target"],
        digest=fields.get("content-digest"),
        body=given["body"].encode(),
    )
    return {"publicKey": signed.key.hex(), "challenge": signed.challenge}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "receipt-make": lambda given: {"code": receipt.make_receipt(_hex(given["entropy"]))},
    "receipt-parse": lambda given: {"symbols": receipt.parse_receipt(given["typed"])},
    "receipt-keys": _receipt_keys,
    "length-prefix": lambda given: {"bytes": encoding.lp(_hex(given["value"])).hex()},
    "base64url-encode": lambda given: {"text": encoding.encode_base64url(_hex(given["bytes"]))},
    "base64url-decode": lambda given: {
        "bytes": encoding.decode_base64url(given["text"], given.get("size")).hex()
    },
    "line-id-encode": lambda given: {
        "text": encoding.encode_line_id(ids.LineId(_hex(given["bytes"])))
    },
    "line-id-decode": _decode_line_id,
    "day": lambda given: {"day": parse_day(given["day"]).isoformat()},
    "term-after": _term,
    "term-extended": _term_extended,
    "holidays": _holidays,
    "json-signed": _json_signed,
    "json-request": _json_request,
    "labelled-hash": _labelled_hash,
    "derive-key": lambda given: {"key": keys.derive(_hex(given["key"]), given["label"]).hex()},
    "sign": _sign,
    "check-public-key": _check_public_key,
    "check-signature": _check_signature,
    "box-key-from-seed": _x_wing,
    "check-box-key": _check_box_key,
    "ratchet": _ratchet,
    "pad-length": _pad_length,
    "show-text": lambda given: {"shown": shown_text(given["text"])},
    "seal-body": _seal_body,
    "open-body": _open_body,
    "parse-payload": _parse_payload,
    "open-wrap": _open_wrap,
    "sign-request": _sign_request,
    "verify-request": _verify_request,
    **statement_operations.OPERATIONS,
    **text_operations.OPERATIONS,
    **log_operations.OPERATIONS,
    **attachment_operations.OPERATIONS,
    **bulletin_operations.OPERATIONS,
    **file_operations.OPERATIONS,
    **key_file_operations.OPERATIONS,
}
"""Every operation by the name that vectors give it."""
