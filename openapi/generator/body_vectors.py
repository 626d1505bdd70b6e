"""Vectors of bodies and payloads (sections 7.2, 7.3 and 7.5)."""

from typing import Final

import nacl.bindings

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.consultation import sign_consultation_note
from meldpunt.protocol.keys import derive
from meldpunt.protocol.oral import sign_oral_note
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from openapi.generator import scene
from openapi.generator.scene import ANNA, secret
from openapi.generator.vector import Vector

KEY: Final = secret("content key")
OTHER_KEY: Final = secret("another content key")
PAYLOAD: Final = make_payload("Er klopt iets niet. 😀", language="nl", kind="integrity").to_json()
BODY: Final = seal_body(PAYLOAD, content_key=KEY)
HEADER: Final = scene.header(body=ids.body_hash(BODY))


_ORAL: Final = (
    sign_oral_note(ANNA.signing, handler=ANNA.id, line=scene.LINE, report=scene.REPORT)
    .to_json()
    .decode()
)


_CONSULTATION: Final = (
    sign_consultation_note(
        ANNA.signing, handler=ANNA.id, line=scene.LINE, asked=scene.OTHER_LINE, report=scene.REPORT
    )
    .to_json()
    .decode()
)


_COMMITMENT: Final = derive(KEY, "mp1/commit")


def _sealed_with(
    padded: bytes,
    *,
    aad: bytes | None = None,
    nonce: bytes = _COMMITMENT[:24],
    key: bytes = derive(KEY, "mp1/encrypt"),
) -> bytes:
    """Encrypt a plaintext whatever its padding, or with another key, nonce or aad than is right."""
    seal = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    return _COMMITMENT + seal(padded, aad, nonce, key)


def bodies() -> list[Vector]:
    """Padding, bodies that open, and bodies that were changed or wrongly made (7.2, 7.3)."""

    def opens(name: str, comment: str, body: bytes, refused: Reason | None = None,
              key: bytes = KEY) -> Vector:  # fmt: skip
        given = {"body": body.hex(), "contentKey": key.hex()}
        return Vector("open-body", name, comment, given, refused)

    def checks(name: str, comment: str, body: bytes, refused: Reason | None = None) -> Vector:
        given = {"header": HEADER.to_json().decode(), "body": body.hex()}
        return Vector("check-body", name, comment, given, refused)

    padded = len(PAYLOAD).to_bytes(4, "big") + PAYLOAD
    length = {0: 1024, 1020: 1024, 1021: 4096, 4092: 4096, 4093: 16384, 16380: 16384,
              16381: 65536, 65532: 65536}  # fmt: skip
    swapped = derive(OTHER_KEY, "mp1/commit") + BODY[32:]
    return [
        *(
            Vector("pad-length", f"pad-{size}", f"Padded to {to} bytes.", {"length": size})
            for size, to in length.items()
        ),
        Vector("pad-length", "pad-65533", "No class has room.", {"length": 65533}, Reason.TOO_LONG),
        Vector("seal-body", "seal-body", "Commitment, then ciphertext.",
               {"payload": PAYLOAD.decode(), "contentKey": KEY.hex()}),
        opens("open-body", "And back.", BODY),
        opens("open-body-4-kib", "The next class.",
              seal_body(b"a" * 1021, content_key=KEY)),
        opens("body-short", "One byte short.", BODY[:-1], Reason.BODY_SIZE),
        opens("body-long", "One byte long.", BODY + b"\0", Reason.BODY_SIZE),
        opens("body-other-key", "Not the key it commits to.", BODY, Reason.COMMITMENT, OTHER_KEY),
        opens("commitment-swapped", "One ciphertext shown under a second key.", swapped,
              Reason.CIPHERTEXT, OTHER_KEY),
        opens("commitment-swapped-first-key", "And the first key does not open it any more.",
              swapped, Reason.COMMITMENT),
        opens("ciphertext-changed", "The last byte.", BODY[:-1] + bytes([BODY[-1] ^ 1]),
              Reason.CIPHERTEXT),
        opens("padding-not-zero", "Its last byte is 1.",
              _sealed_with(padded.ljust(1023, b"\0") + b"\1"), Reason.PADDING),
        opens("padding-not-minimal", "A class too large.", _sealed_with(padded.ljust(4096, b"\0")),
              Reason.PADDING),
        opens("padding-length-too-long", "A length past the end.",
              _sealed_with(b"\0\0\3\xfd".ljust(1024, b"a")), Reason.PADDING),
        opens("padding-length-huge", "2^32 - 1.", _sealed_with(b"\xff" * 4 + bytes(1020)),
              Reason.PADDING),
        *_wrongly_made_bodies(padded.ljust(1024, b"\0")),
        checks("body-of-header", "The one that the header names.", BODY),
        checks("body-of-another-message", "Another one.",
               seal_body(b"other", content_key=KEY), Reason.BODY_HASH),
        checks("body-of-no-class", "No size class.", BODY[:-1], Reason.BODY_SIZE),
    ]  # fmt: skip


def _wrongly_made_bodies(padded: bytes) -> list[Vector]:
    """Bodies of software that derives keys or nonce otherwise: nobody can open them."""

    def opens(name: str, comment: str, body: bytes, refused: Reason) -> Vector:
        given = {"body": body.hex(), "contentKey": KEY.hex()}
        return Vector("open-body", name, comment, given, refused)

    swapped = derive(KEY, "mp1/encrypt")
    seal = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    little = len(PAYLOAD).to_bytes(4, "little") + PAYLOAD
    return [
        opens("body-labels-swapped", "Commitment under mp1/encrypt, key under mp1/commit.",
              swapped + seal(padded, None, swapped[:24], _COMMITMENT), Reason.COMMITMENT),
        opens("body-key-not-derived", "Encrypted under the content key itself.",
              _sealed_with(padded, key=KEY), Reason.CIPHERTEXT),
        opens("body-nonce-zero", "24 zero bytes as nonce.",
              _sealed_with(padded, nonce=bytes(24)), Reason.CIPHERTEXT),
        opens("body-nonce-last-bytes", "The last 24 bytes of the commitment as nonce.",
              _sealed_with(padded, nonce=_COMMITMENT[8:]), Reason.CIPHERTEXT),
        opens("body-with-aad", "The commitment as additional data.",
              _sealed_with(padded, aad=_COMMITMENT), Reason.CIPHERTEXT),
        opens("body-length-little-endian", "The length in the other byte order.",
              _sealed_with(little.ljust(1024, b"\0")), Reason.PADDING),
        opens("body-without-length", "The payload without its length.",
              _sealed_with(PAYLOAD.ljust(1024, b"\0")), Reason.PADDING),
    ]  # fmt: skip


def payloads() -> list[Vector]:
    """Payloads, and what a reader refuses (7.5)."""

    def parse(
        name: str, comment: str, data: str, refused: Reason | None = Reason.PAYLOAD
    ) -> Vector:
        return Vector("parse-payload", name, comment, {"payload": data}, refused)

    start = '{"version":1,"language":"nl"'
    return [
        parse("payload", "The smallest.", start + ',"content":{"text":"a"}}', None),
        parse("payload-with-more", "Unknown content is kept and ignored.",
              start + ',"content":{"text":"a","mood":{"scale":3}}}', None),
        parse("payload-left-out", "Who should not read along.",
              start + ',"leftOut":["AAAAAAAAAAAAAAAAAAAAAA"],"content":{"text":"a"}}', None),
        parse("payload-oral", "Who wrote it down.",
              start + f',"oral":{_ORAL},"content":{{"text":"a"}}}}', None),
        parse("payload-consultation", "Who asks for advice.",
              start + f',"consultation":{_CONSULTATION},"content":{{"text":"a"}}}}', None),
        parse("payload-consultation-without-line", "Of which line.",
              start + f',"consultation":{_ORAL},"content":{{"text":"a"}}}}'),
        parse("payload-oral-unsigned", "With a signature.",
              start + ',"oral":{"handler":"AAAAAAAAAAAAAAAAAAAAAA"},"content":{"text":"a"}}'),
        parse("payload-without-text", "The one mandatory field.", start + ',"content":{}}',
              Reason.PAYLOAD_TEXT),
        parse("payload-empty-text", "With something in it.", start + ',"content":{"text":""}}',
              Reason.PAYLOAD_TEXT),
        parse("payload-text-of-another-kind", "A number.", start + ',"content":{"text":1}}',
              Reason.PAYLOAD_TEXT),
        parse("payload-without-content", "Where its text is.", start + "}"),
        parse("payload-content-of-another-kind", "A text.", start + ',"content":"a"}'),
        parse("payload-key-with-digit", "The key q1.",
              start + ',"content":{"text":"a","q1":"b"}}', Reason.JSON_KEY),
        parse("payload-key-in-upper-case", "The key Mood.",
              start + ',"content":{"text":"a","Mood":"b"}}', Reason.JSON_KEY),
        parse("payload-key-with-underscore", "Deep inside.",
              start + ',"content":{"text":"a","answers":[{"question_one":"b"}]}}',
              Reason.JSON_KEY),
        parse("payload-null", "A field without a value is left out.",
              start + ',"content":{"text":"a","mood":null}}', Reason.JSON_NULL),
        parse("payload-fraction", "Integers only.",
              start + ',"content":{"text":"a","mood":0.5}}', Reason.JSON_NUMBER),
        parse("payload-lone-surrogate", "Half an emoji, cut by length.",
              start + ',"content":{"text":"a\\ud83d"}}', Reason.JSON_SURROGATE),
        parse("payload-language-in-upper-case", "The language NL.",
              '{"version":1,"language":"NL","content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        parse("payload-language-with-underscore", "As some systems write locales.",
              '{"version":1,"language":"nl_NL","content":{"text":"a"}}',
              Reason.PAYLOAD_LANGUAGE),
        parse("payload-without-language", "It is mandatory.",
              '{"version":1,"content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        parse("payload-unknown-field", "Only content is open.",
              start + ',"content":{"text":"a"},"more":1}'),
        parse("payload-two-texts", "Duplicate key.", start + ',"content":{"text":"a","text":"b"}}',
              Reason.JSON_DUPLICATE_KEY),
        parse("payload-not-canonical", "White space.", start + ', "content":{"text":"a"}}',
              Reason.JSON_NOT_CANONICAL),
        parse("payload-escaped", "An escape that JSON.stringify does not write.",
              start + ',"content":{"text":"caf\\u00e9"}}', Reason.JSON_NOT_CANONICAL),
        parse("payload-nobody-left-out", "An absent field, not an empty list.",
              start + ',"leftOut":[],"content":{"text":"a"}}'),
        parse("payload-not-json", "Plain text.", "Er klopt iets niet.", Reason.JSON_SYNTAX),
        parse("payload-empty", "Nothing at all.", "", Reason.JSON_SYNTAX),
        parse("payload-list", "Not an object.", "[]", Reason.JSON_ROOT),
    ]  # fmt: skip
