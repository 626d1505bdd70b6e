"""Vectors of messages: wraps, and all of a message together (section 7)."""

from dataclasses import dataclass
from typing import Any

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url, lp
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header
from meldpunt.protocol.wrap import WrapContext
from openapi.generator import scene
from openapi.generator.body_vectors import BODY, HEADER, KEY, OTHER_KEY, bodies, payloads
from openapi.generator.header_vectors import headers, signed_headers
from openapi.generator.kept_wraps import KeptWraps
from openapi.generator.scene import ANNA, BRAM, CHRIS, REPORTER_KEYS, secret
from openapi.generator.vector import Vector, VectorFile, file


@dataclass(frozen=True, slots=True, kw_only=True)
class _OtherInfo(WrapContext):
    """The context of software that builds another HPKE info."""

    made: bytes

    def info(self) -> bytes:
        return self.made


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

    def wrap_with_info(self, info: bytes) -> bytes:
        """Wrap for Anna with another HPKE info than that of the protocol."""
        context = _OtherInfo(
            line=scene.LINE,
            report=scene.REPORT,
            message=ids.message_id(HEADER.to_json()),
            key=ANNA.recipient.key_id,
            made=info,
        )
        return self._kept.wrap(KEY, box_key=ANNA.chain.key(0), context=context)

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
    wrap = wraps.wrap(HEADER, ANNA, KEY)

    def opens(name: str, comment: str, refused: Reason | None = Reason.WRAP,
              **changes: str) -> Vector:  # fmt: skip
        given = {
            "seed": _box_seed(ANNA).hex(),
            "lineId": scene.LINE.hex(),
            "reportId": scene.REPORT.hex(),
            "messageId": ids.message_id(HEADER.to_json()).hex(),
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
        *(
            opens(f"wrap-info-{name}", comment, wrap=wraps.wrap_with_info(info).hex())
            for name, comment, info in _wrong_infos()
        ),
        opens("wrap-short", "One byte short.", Reason.WRAP_SIZE, wrap=wrap[:-1].hex()),
        opens("wrap-long", "One byte long.", Reason.WRAP_SIZE, wrap=wrap.hex() + "00"),
    ]  # fmt: skip


def _wrong_infos() -> list[tuple[str, str, bytes]]:
    """HPKE infos that come close: a wrap made with one of them opens for nobody."""
    line, report = scene.LINE, scene.REPORT
    message, key = ids.message_id(HEADER.to_json()), ANNA.recipient.key_id
    places = (line, report, message, key)
    texts = [encode_base64url(each).encode() for each in places]
    return [
        ("empty", "No info at all.", b""),
        ("without-label", "The ids alone.", b"".join(map(lp, places))),
        ("without-lengths", "Label and ids one after the other.", b"mp1/wrap" + b"".join(places)),
        ("in-other-order", "Report id before line id.",
         b"".join(map(lp, (b"mp1/wrap", report, line, message, key)))),
        ("as-text", "The ids as JSON writes them.", b"".join(map(lp, (b"mp1/wrap", *texts)))),
        ("little-endian", "Lengths in the other byte order.",
         b"".join(len(each).to_bytes(4, "little") + each for each in (b"mp1/wrap", *places))),
    ]  # fmt: skip


def _listed(person: scene.Person, wrap: bytes) -> dict[str, str]:
    return {"keyId": person.recipient.key_id.hex(), "wrap": wrap.hex()}


def _opened(wraps: _Wraps) -> list[Vector]:
    data = HEADER.to_json()
    both = [_listed(person, wraps.wrap(HEADER, person, KEY)) for person in (ANNA, BRAM)]

    def opens(name: str, comment: str, refused: Reason | None = None, *,
              person: scene.Person = ANNA, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        given: dict[str, Any] = {
            "header": data.decode(),
            "signature": REPORTER_KEYS.signing.sign(MESSAGE_LABEL, data).hex(),
            "signingKey": REPORTER_KEYS.signing.public_key.hex(),
            "body": BODY.hex(),
            "wraps": both,
            "reader": person.id.hex(),
            "keyId": person.recipient.key_id.hex(),
            "seed": _box_seed(person).hex(),
        }
        return Vector("open-message", name, comment, given | changes, refused)

    wrong = _listed(ANNA, wraps.wrap(HEADER, ANNA, OTHER_KEY))
    for_chris = _listed(CHRIS, wraps.wrap(HEADER, CHRIS, KEY))
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
              body=seal_body(b"other", content_key=KEY).hex()),
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
        *_unreadable(wraps),
        _answer(wraps),
    ]  # fmt: skip


def _unreadable(wraps: _Wraps) -> list[Vector]:
    """Whole messages that hold but for what is inside: their author's software is to blame."""
    start = '{"version":1,"language":"nl","content":'
    payloads = {
        "key": (start + '{"text":"a","q1":"b"}}', "The key q1.", Reason.JSON_KEY),
        "null": (start + '{"text":"a","mood":null}}', "A null.", Reason.JSON_NULL),
        "language": (
            '{"version":1,"language":"NL","content":{"text":"a"}}',
            "The language NL.",
            Reason.PAYLOAD_LANGUAGE,
        ),
        "json": ("Er klopt iets niet.", "A text that is no JSON.", Reason.JSON_SYNTAX),
    }

    def opens(name: str, comment: str, text: str, refused: Reason, *more: dict[str, str]) -> Vector:
        body = seal_body(text.encode(), content_key=KEY)
        header = scene.header(body=ids.body_hash(body))
        data = header.to_json()
        given: dict[str, Any] = {
            "header": data.decode(),
            "signature": REPORTER_KEYS.signing.sign(MESSAGE_LABEL, data).hex(),
            "signingKey": REPORTER_KEYS.signing.public_key.hex(),
            "body": body.hex(),
            "wraps": [_listed(ANNA, wraps.wrap(header, ANNA, KEY)), *more],
            "reader": ANNA.id.hex(),
            "keyId": ANNA.recipient.key_id.hex(),
            "seed": _box_seed(ANNA).hex(),
        }
        return Vector("open-message", name, comment, given, refused)

    text, _, reason = payloads["key"]
    broken = _listed(ANNA, bytes(1168))
    return [
        *(opens(f"message-unreadable-{name}", c, t, r) for name, (t, c, r) in payloads.items()),
        opens("message-unreadable-before-a-bad-wrap", "The body commits to its key: the first"
              " reason stands.", text, reason, broken),
    ]  # fmt: skip


def _answer(wraps: _Wraps) -> Vector:
    header = scene.header(ANNA.id, body=ids.body_hash(BODY))
    data = header.to_json()
    given = {
        "header": data.decode(),
        "signature": ANNA.signing.sign(MESSAGE_LABEL, data).hex(),
        "signingKey": ANNA.signing.public_key.hex(),
        "body": BODY.hex(),
        "wraps": [
            {
                "keyId": REPORTER_KEYS.box_key_id.hex(),
                "wrap": wraps.reporter_wrap(header, KEY).hex(),
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
        *signed_headers(HEADER),
        *bodies(),
        *payloads(),
        *_opened_wraps(wraps),
        *_opened(wraps),
    ]
    return file("message", "Messages: header, body, payload, wrap, and the whole.", vectors)
