"""The least work that the protocol asks of any server: signatures, digests and JSON.

Only the libraries do the work, on values of the usual size. The values are the same every time.
"""

import hashlib
import json
from typing import Final

import pybase64
from nacl.bindings import crypto_core_ed25519_is_valid_point

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.ed25519 import PUBLIC_KEY_SIZE, SIGNATURE_SIZE, is_signature
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.sizes import BODY_SIZES, BOX_KEY_SIZE, WRAP_SIZE

_KEY: Final = SigningKey.from_seed(bytes(32))
_SIGNED: Final = bytes(600)
"""As long as a header, or as the bytes that a request signature covers."""
_SIGNATURE: Final = _KEY.sign_raw(_SIGNED)
_HEADER: Final = json.dumps({"header": encode_base64url(_SIGNED)}).encode()
_READERS: Final = 2


def _texts(*sizes: int) -> bytes:
    texts = {f"{place}": encode_base64url(bytes(size)) for place, size in enumerate(sizes)}
    return json.dumps({"header": encode_base64url(_HEADER)} | texts).encode()


_CHALLENGE: Final = encode_base64url(bytes(40))
"""The host keeps no challenges, so it must know its own by a MAC."""
_SIGNATURE_TEXT: Final = encode_base64url(_SIGNATURE)
_MESSAGE: Final = (SIGNATURE_SIZE, *[WRAP_SIZE] * _READERS)
_BOX_KEY: Final = bytes(BOX_KEY_SIZE)
_REPLY: Final = _texts(BODY_SIZES[0], *_MESSAGE)
_SUBMISSION: Final = _texts(BODY_SIZES[1], *_MESSAGE, PUBLIC_KEY_SIZE, BOX_KEY_SIZE)


def of_request() -> None:
    """Verify a request without a body: the host's MAC in its challenge, and the signature."""
    hashlib.blake2b(_decode(_CHALLENGE)[:24], key=_SIGNED[:32], digest_size=16).digest()
    assert is_signature(_SIGNED, _decode(_SIGNATURE_TEXT), _KEY.public_key)


def of_part(data: bytes) -> None:
    """Verify a part of an attachment."""
    of_request()
    hashlib.sha256(data).digest()


def of_reply(body: bytes = _REPLY) -> None:
    """Verify and read a message, and sign a proof of receipt."""
    of_part(body)
    read = {name: _decode(text) for name, text in json.loads(body).items()}
    json.loads(read["header"])
    for named in (read["0"], read["header"]):  # a body and a message are named after their bytes
        hashlib.blake2b(named).digest()
    assert is_signature(_SIGNED, _SIGNATURE, _KEY.public_key)  # the message's own
    encode_base64url(_KEY.sign_raw(_SIGNED[:SIGNATURE_SIZE]))


def of_submission() -> None:
    """Do the same for a new report: check that its key has prime order, and name the report."""
    of_reply(_SUBMISSION)
    assert crypto_core_ed25519_is_valid_point(_KEY.public_key)
    for _ in range(2):  # the report, and the reporter's box key
        hashlib.blake2b(_BOX_KEY).digest()
    for _ in range(_READERS):  # a name for each reader's inbox
        hashlib.blake2b(_SIGNED[:64]).digest()


def page(entries: int) -> bytes:
    """Return a page of an inbox: each entry has the reporter's public keys, status and clocks."""
    return json.dumps({"entries": [_entry() for _ in range(entries)]}).encode()


def _entry() -> dict[str, object]:
    keys = {"signingKey": encode_base64url(_KEY.public_key), "boxKey": encode_base64url(_BOX_KEY)}
    names = dict.fromkeys(("entry", "lineId", "document"), encode_base64url(_SIGNED[:32]))
    days = dict.fromkeys(("receivedOn", "erasedOn", "bulletinSince"), "2026-01-01")
    clock = {"name": "acknowledge", "startedOn": "2026-01-01", "dueOn": "2026-01-08"}
    state = {"state": "received", "erased": False, "messageCount": 1, "clocks": [clock]}
    return {**names, **days, **state, "birthKeys": keys}


def _decode(text: str) -> bytes:
    return pybase64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
