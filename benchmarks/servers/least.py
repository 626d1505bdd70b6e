"""The least work that the protocol asks of any server: signatures, digests, JSON and lengths.

Only the libraries do the work. Signatures of requests are real. Bodies are of the usual size, and
the same every time. The numbers in brackets are sections of openapi/protocol.md and of its annexes.
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterable, MutableMapping
from typing import Any, Final, NoReturn

import pybase64
from nacl.bindings import crypto_core_ed25519_is_valid_point

from benchmarks.sending.office import ORIGIN
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.ed25519 import PUBLIC_KEY_SIZE, SIGNATURE_SIZE, is_signature
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url
from meldpunt.protocol.verify.sizes import BODY_SIZES, BOX_KEY_SIZE, WRAP_SIZE

Scope = MutableMapping[str, Any]

_KEY: Final = SigningKey.from_seed(bytes(32))
_READERS: Final = 2
_ID: Final = encode_base64url(bytes(32))
_LINE_ID: Final = "a" * 32
_SHORT_ID: Final = encode_base64url(bytes(16))
_FORM: Final = re.compile(
    rb'sig=(\("@method" "@target-uri"(?: "content-digest")?\)'
    rb';keyid="([A-Za-z0-9_-]{43})";nonce="([A-Za-z0-9_-]{1,256})"'
    rb';alg="ed25519";tag="meldpunt-1")'
)
_SIGNATURE_FORM: Final = re.compile(rb"sig=:([A-Za-z0-9+/]{86}==):")
_MAC_KEY: Final = bytes(32)
_CLASSES: Final = (8192, 32_768, 131_072)
_FIELDS: Final = [(b"content-type", b"application/json"), (b"api-version", b"1.0.0")]
_HEAD: Final = len(b"HTTP/1.1 200 OK\r\ncontent-length: \r\n\r\n") + sum(
    len(name) + len(value) + 4 for name, value in _FIELDS
)
"""Bytes of the head of an answer, without the number of its length."""


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _dump(value: dict[str, object]) -> bytes:
    return _encode(value).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    assert len(value) == len(pairs)
    assert None not in value.values()
    return value


def _no_number(_: str) -> NoReturn:
    raise ValueError


_read: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_no_number, parse_constant=_no_number
).decode
"""Duplicate keys, `null` and floats are refused (2.4)."""
_HEADER: Final = _dump(
    {
        "version": 1,
        "lineId": _LINE_ID,
        "reportId": _ID,
        "author": "reporter",
        "n": 1,
        "tag": "message",
        "document": _ID,
        "readers": [_SHORT_ID] * _READERS,
        "seen": [_ID],
        "body": _ID,
    }
)
_SIGNATURE: Final = _KEY.sign_raw(_HEADER)


def _message(body_size: int) -> dict[str, object]:
    wrap = {"keyId": _SHORT_ID, "wrap": encode_base64url(bytes(WRAP_SIZE))}
    return {
        "header": encode_base64url(_HEADER),
        "signature": encode_base64url(_SIGNATURE),
        "body": encode_base64url(bytes(body_size)),
        "wraps": [wrap] * _READERS,
    }


_ENTRY: Final = _encode(
    {
        "entry": "%s",
        "lineId": "%s",
        "document": "%s",
        **dict.fromkeys(("receivedOn", "erasedOn", "bulletinSince"), "2026-01-01"),
        "state": "received",
        "erased": False,
        "messageCount": 1,
        "clocks": [{"name": "acknowledge", "startedOn": "2026-01-01", "dueOn": "2026-01-08"}],
        "birthKeys": {"signingKey": "%s", "boxKey": "%s"},
    }
)
_PART: Final = bytes(1_000_000)
_BOX_KEY: Final = bytes(BOX_KEY_SIZE)
_KEYS: Final = {
    "signingKey": encode_base64url(_KEY.public_key),
    "boxKey": encode_base64url(_BOX_KEY),
}
_REPLY: Final = _dump(_message(BODY_SIZES[0]))
_SUBMISSION: Final = _dump({"keys": _KEYS, "message": _message(BODY_SIZES[1])})


def challenge() -> str:
    """Return a challenge. The host keeps none, so it must know its own by a MAC (4.2)."""
    content = (int(time.time()) + 3600).to_bytes(8, "big") + bytes(16)
    return encode_base64url(content + _mac(content))


def _mac(content: bytes) -> bytes:
    return hashlib.blake2b(content, key=_MAC_KEY, digest_size=16).digest()


def of_request(scope: Scope) -> bytes | None:
    """Verify a request; return the digest that it announces for its body, if any (10.2)."""
    fields = dict(scope["headers"])
    form = _FORM.fullmatch(fields[b"signature-input"])
    signature = _SIGNATURE_FORM.fullmatch(fields[b"signature"])
    assert form is not None
    assert signature is not None
    named = decode_base64url(form[3].decode())
    assert _mac(named[:24]) == named[24:]
    assert int.from_bytes(named[:8], "big") > time.time()
    target = scope["raw_path"]
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    signed = [b'"@method": ' + scope["method"].encode()]
    signed.append(b'"@target-uri": ' + ORIGIN.encode() + target)
    digest: bytes | None = fields.get(b"content-digest")
    if digest is not None:
        signed.append(b'"content-digest": ' + digest)
    signed.append(b'"@signature-params": ' + form[1])
    key = decode_base64url(form[2].decode())
    assert is_signature(b"\n".join(signed), pybase64.b64decode(signature[1]), key)
    return digest


def of_body(scope: Scope, body: bytes) -> None:
    """Verify a request and its body."""
    digest = base64.b64encode(hashlib.sha256(body).digest())
    assert of_request(scope) == b"sha-256=:" + digest + b":"


def of_part(scope: Scope) -> None:
    """Verify a part of an attachment, whose bytes are hashed as they come."""
    of_request(scope)
    hashlib.sha256(_PART).digest()


def of_reply(scope: Scope, body: bytes) -> None:
    """Verify and read a message, and sign a proof of receipt (7.6, 10.4)."""
    of_body(scope, body)
    _of_message(_read(_REPLY.decode()))


def of_submission(scope: Scope, body: bytes) -> None:
    """Do the same for a new report: check that its key has prime order, and name the report."""
    of_body(scope, body)
    read = _read(_SUBMISSION.decode())
    _of_message(read["message"])
    key, box_key = (decode_base64url(text) for text in read["keys"].values())
    assert crypto_core_ed25519_is_valid_point(key)
    for _ in range(2):  # the report, and the reporter's box key
        hashlib.blake2b(key + box_key).digest()
    for _ in range(_READERS):  # a name for each reader's inbox
        hashlib.blake2b(key + key).digest()


def _of_message(read: dict[str, Any]) -> None:
    data, body = decode_base64url(read["header"]), decode_base64url(read["body"])
    assert len(body) in BODY_SIZES
    _of_header(data)
    for wrap in read["wraps"]:
        decode_base64url(wrap["keyId"])
        assert len(decode_base64url(wrap["wrap"])) == WRAP_SIZE
    for named in (body, data):  # a body and a message are named after their bytes
        hashlib.blake2b(named).digest()
    assert is_signature(data, decode_base64url(read["signature"]), _KEY.public_key)
    encode_base64url(_KEY.sign_raw(_HEADER[:SIGNATURE_SIZE]))


def _of_header(data: bytes) -> None:
    """Read a header in the only form that it may have (2.4, 7.1)."""
    header = _read(data.decode())
    assert _dump(header) == data
    for name in ("reportId", "document", "body"):
        assert len(decode_base64url(header[name])) == PUBLIC_KEY_SIZE
    assert header["lineId"] == _LINE_ID
    for text in (*header["readers"], *header["seen"]):
        decode_base64url(text)


def of_log(headers: Iterable[bytes]) -> None:
    """Look up in the headers of a report whom its reporter lets read (7.6, 9.4)."""
    for data in headers:
        assert json.loads(data)["readers"]


def page(entries: int) -> bytes:
    """Return a page of an inbox: each entry has the reporter's public keys, status and clocks.

    Args:
        entries: How many were read: one more than are shown.
    """
    keys = _KEY.public_key, _BOX_KEY
    shown = [
        _ENTRY % (encode_base64url(bytes(32)), _LINE_ID, _ID, *map(encode_base64url, keys))
        for _ in range(entries - 1)
    ]
    return f'{{"entries":[{",".join(shown)}]}}'.encode()


def padded(body: bytes) -> bytes:
    """Fill an answer with spaces: head and body have one of few lengths (10.7)."""
    head = _HEAD + len(str(len(body)))
    size = next(room for room in _CLASSES if head + len(body) <= room)
    return body.ljust(size - _HEAD - len(str(size - _HEAD)))
