"""Vectors of messages: body, wrap, payload, and all of it together (section 7)."""

from typing import Any, Final

import nacl.bindings

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.consultation import sign_consultation_note
from meldpunt.protocol.keys import derive
from meldpunt.protocol.oral import sign_oral_note
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header
from meldpunt.protocol.wrap import WrapContext
from openapi.generator import scene
from openapi.generator.header_vectors import headers, signed_headers
from openapi.generator.kept_wraps import KeptWraps
from openapi.generator.scene import ANNA, BRAM, CHRIS, REPORTER_KEYS, secret
from openapi.generator.vector import Vector, VectorFile, file

_KEY: Final = secret("content key")
_OTHER_KEY: Final = secret("another content key")
_PAYLOAD: Final = make_payload("Er klopt iets niet. 😀", language="nl", kind="integrity").to_json()
_BODY: Final = seal_body(_PAYLOAD, content_key=_KEY)
_HEADER: Final = scene.header(body=ids.body_hash(_BODY))


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


def _sealed_with(padded: bytes) -> bytes:
    """Encrypt a plaintext whatever its padding."""
    commitment = derive(_KEY, "mp1/commit")
    key = derive(_KEY, "mp1/encrypt")
    seal = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    return commitment + seal(padded, None, commitment[:24], key)


def _bodies() -> list[Vector]:
    def opens(name: str, comment: str, body: bytes, refused: Reason | None = None,
              key: bytes = _KEY) -> Vector:  # fmt: skip
        given = {"body": body.hex(), "contentKey": key.hex()}
        return Vector("open-body", name, comment, given, refused)

    def checks(name: str, comment: str, body: bytes, refused: Reason | None = None) -> Vector:
        given = {"header": _HEADER.to_json().decode(), "body": body.hex()}
        return Vector("check-body", name, comment, given, refused)

    padded = len(_PAYLOAD).to_bytes(4, "big") + _PAYLOAD
    length = {0: 1024, 1020: 1024, 1021: 4096, 4092: 4096, 4093: 16384, 16380: 16384,
              16381: 65536, 65532: 65536}  # fmt: skip
    swapped = derive(_OTHER_KEY, "mp1/commit") + _BODY[32:]
    return [
        *(
            Vector("pad-length", f"pad-{size}", f"Padded to {to} bytes.", {"length": size})
            for size, to in length.items()
        ),
        Vector("pad-length", "pad-65533", "No class has room.", {"length": 65533}, Reason.TOO_LONG),
        Vector("seal-body", "seal-body", "Commitment, then ciphertext.",
               {"payload": _PAYLOAD.decode(), "contentKey": _KEY.hex()}),
        opens("open-body", "And back.", _BODY),
        opens("open-body-4-kib", "The next class.",
              seal_body(b"a" * 1021, content_key=_KEY)),
        opens("body-short", "One byte short.", _BODY[:-1], Reason.BODY_SIZE),
        opens("body-long", "One byte long.", _BODY + b"\0", Reason.BODY_SIZE),
        opens("body-other-key", "Not the key it commits to.", _BODY, Reason.COMMITMENT, _OTHER_KEY),
        opens("commitment-swapped", "One ciphertext shown under a second key.", swapped,
              Reason.CIPHERTEXT, _OTHER_KEY),
        opens("commitment-swapped-first-key", "And the first key does not open it any more.",
              swapped, Reason.COMMITMENT),
        opens("ciphertext-changed", "The last byte.", _BODY[:-1] + bytes([_BODY[-1] ^ 1]),
              Reason.CIPHERTEXT),
        opens("padding-not-zero", "Its last byte is 1.",
              _sealed_with(padded.ljust(1023, b"\0") + b"\1"), Reason.PADDING),
        opens("padding-not-minimal", "A class too large.", _sealed_with(padded.ljust(4096, b"\0")),
              Reason.PADDING),
        opens("padding-length-too-long", "A length past the end.",
              _sealed_with(b"\0\0\3\xfd".ljust(1024, b"a")), Reason.PADDING),
        opens("padding-length-huge", "2^32 - 1.", _sealed_with(b"\xff" * 4 + bytes(1020)),
              Reason.PADDING),
        checks("body-of-header", "The one that the header names.", _BODY),
        checks("body-of-another-message", "Another one.",
               seal_body(b"other", content_key=_KEY), Reason.BODY_HASH),
        checks("body-of-no-class", "No size class.", _BODY[:-1], Reason.BODY_SIZE),
    ]  # fmt: skip


def _payloads() -> list[Vector]:
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
        parse("payload-without-text", "The one mandatory field.", start + ',"content":{}}'),
        parse("payload-empty-text", "With something in it.", start + ',"content":{"text":""}}'),
        parse("payload-text-of-another-kind", "A number.", start + ',"content":{"text":1}}'),
        parse("payload-unknown-field", "Only content is open.",
              start + ',"content":{"text":"a"},"more":1}'),
        parse("payload-two-texts", "Duplicate key.", start + ',"content":{"text":"a","text":"b"}}'),
        parse("payload-not-canonical", "White space.", start + ', "content":{"text":"a"}}'),
        parse("payload-nobody-left-out", "An absent field, not an empty list.",
              start + ',"leftOut":[],"content":{"text":"a"}}'),
        parse("payload-not-json", "Plain text.", "Er klopt iets niet."),
    ]  # fmt: skip


class _Wraps:
    """Wraps and whole messages around one report."""

    def __init__(self) -> None:
        self._kept = KeptWraps()

    def wrap(self, header: Header, person: scene.Person, content_key: bytes) -> bytes:
        context = WrapContext(
            line=header.line_id,
            report=header.report_id,
            message=ids.message_id(header.to_json()),
            key=person.recipient.key_id,
        )
        return self._kept.wrap(content_key, box_key=person.chain.key(0), context=context)

    def reporter_wrap(self, header: Header, content_key: bytes) -> bytes:
        context = WrapContext(
            line=header.line_id,
            report=header.report_id,
            message=ids.message_id(header.to_json()),
            key=REPORTER_KEYS.box_key_id,
        )
        return self._kept.wrap(content_key, box_key=REPORTER_KEYS.box, context=context)


def _box_seed(person: scene.Person) -> bytes:
    return derive(person.chain.value, "mp1/box")


def _opened_wraps(wraps: _Wraps) -> list[Vector]:
    wrap = wraps.wrap(_HEADER, ANNA, _KEY)

    def opens(name: str, comment: str, refused: Reason | None = Reason.WRAP,
              **changes: str) -> Vector:  # fmt: skip
        given = {
            "seed": _box_seed(ANNA).hex(),
            "lineId": scene.LINE.hex(),
            "reportId": scene.REPORT.hex(),
            "messageId": ids.message_id(_HEADER.to_json()).hex(),
            "keyId": ANNA.recipient.key_id.hex(),
            "wrap": wrap.hex(),
        }
        return Vector("open-wrap", name, comment, given | changes, refused)

    return [
        opens("open-wrap", "HPKE with its info.", None),
        opens("wrap-of-another-message", "Moved to another message.", messageId="00" * 32),
        opens("wrap-of-another-line", "Moved to another line.", lineId=scene.OTHER_LINE.hex()),
        opens("wrap-of-another-report", "Moved to another report.", reportId="00" * 32),
        opens("wrap-of-another-key-id", "Named as another key's.",
              keyId=BRAM.recipient.key_id.hex()),
        opens("wrap-of-another-key", "Bram's private key.", seed=_box_seed(BRAM).hex()),
        opens("wrap-changed", "The last byte.", wrap=(wrap[:-1] + bytes([wrap[-1] ^ 1])).hex()),
        opens("wrap-x25519-zero", "The last 32 bytes of enc are zero.",
              wrap=(wrap[:1088] + bytes(32) + wrap[1120:]).hex()),
        opens("wrap-short", "One byte short.", Reason.WRAP_SIZE, wrap=wrap[:-1].hex()),
        opens("wrap-long", "One byte long.", Reason.WRAP_SIZE, wrap=wrap.hex() + "00"),
    ]  # fmt: skip


def _listed(person: scene.Person, wrap: bytes) -> dict[str, str]:
    return {"keyId": person.recipient.key_id.hex(), "wrap": wrap.hex()}


def _opened(wraps: _Wraps) -> list[Vector]:
    data = _HEADER.to_json()
    both = [_listed(person, wraps.wrap(_HEADER, person, _KEY)) for person in (ANNA, BRAM)]

    def opens(name: str, comment: str, refused: Reason | None = None, *,
              person: scene.Person = ANNA, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        given: dict[str, Any] = {
            "header": data.decode(),
            "signature": REPORTER_KEYS.signing.sign(MESSAGE_LABEL, data).hex(),
            "signingKey": REPORTER_KEYS.signing.public_key.hex(),
            "body": _BODY.hex(),
            "wraps": both,
            "reader": person.id.hex(),
            "keyId": person.recipient.key_id.hex(),
            "seed": _box_seed(person).hex(),
        }
        return Vector("open-message", name, comment, given | changes, refused)

    wrong = _listed(ANNA, wraps.wrap(_HEADER, ANNA, _OTHER_KEY))
    for_chris = _listed(CHRIS, wraps.wrap(_HEADER, CHRIS, _KEY))
    broken = _listed(ANNA, bytes(1168))
    return [
        opens("message-for-anna", "The first reader."),
        opens("message-for-bram", "The second reader sees the same.", person=BRAM),
        opens("message-good-wrap-behind-bad-ones", "A colleague's bad wrap hides nothing.",
              wraps=[broken, wrong, *both]),
        opens("message-not-for-chris", "A state, not an attack.", Reason.NOT_A_READER,
              person=CHRIS),
        opens("message-wrap-for-one-who-is-no-reader", "A wrap alone opens nothing.",
              Reason.NOT_A_READER, person=CHRIS, wraps=[*both, for_chris]),
        opens("message-body-of-another", "The host swaps bodies.", Reason.BODY_HASH,
              body=seal_body(b"other", content_key=_KEY).hex()),
        opens("message-without-wrap", "Anna's wrap is missing.", Reason.WRAP_READER,
              wraps=both[1:]),
        opens("message-other-key-id", "Anna's wrap under a name that is not its key's.",
              Reason.WRAP_READER, wraps=[{**both[0], "keyId": "00" * 16}]),
        opens("message-wrap-to-another-key", "Bram wrapped another content key for Anna.",
              Reason.COMMITMENT, wraps=[wrong]),
        opens("message-bad-wrap", "Zeros.", Reason.WRAP, wraps=[broken]),
        opens("message-short-wrap", "One byte short.", Reason.WRAP_SIZE,
              wraps=[{**both[0], "wrap": both[0]["wrap"][:-2]}]),
        opens("message-header-changed", "The signature is checked first.", Reason.SIGNATURE,
              header=data.decode().replace('"n":0,"tag":"report"', '"tag":"report","n":0')),
        _answer(wraps),
    ]  # fmt: skip


def _answer(wraps: _Wraps) -> Vector:
    header = scene.header(ANNA.id, body=ids.body_hash(_BODY))
    data = header.to_json()
    given = {
        "header": data.decode(),
        "signature": ANNA.signing.sign(MESSAGE_LABEL, data).hex(),
        "signingKey": ANNA.signing.public_key.hex(),
        "body": _BODY.hex(),
        "wraps": [
            {
                "keyId": REPORTER_KEYS.box_key_id.hex(),
                "wrap": wraps.reporter_wrap(header, _KEY).hex(),
            }
        ],
        "reader": REPORTER,
        "keyId": REPORTER_KEYS.box_key_id.hex(),
        "seed": derive(secret("reporter"), "mp1/reporter-box").hex(),
    }
    return Vector("open-message", "answer-for-the-reporter", "A handler's message.", given)


def messages() -> VectorFile:
    """Every part of a message, and whole messages to two readers."""
    wraps = _Wraps()
    vectors = [
        *headers(),
        *signed_headers(_HEADER),
        *_bodies(),
        *_payloads(),
        *_opened_wraps(wraps),
        *_opened(wraps),
    ]
    return file("message", "Messages: header, body, payload, wrap, and the whole.", vectors)
