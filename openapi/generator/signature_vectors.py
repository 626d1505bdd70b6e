"""Vectors of Ed25519 (section 2.3) and of signed requests (section 10)."""

from typing import Any, Final

from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify.ed25519 import signed_bytes
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.request import content_digest
from openapi.generator import edwards, scene
from openapi.generator.vector import Vector, VectorFile, file

_KEY: Final = scene.signing_key("somebody")
_MESSAGE: Final = b'{"version":1}'
_LABEL: Final = "mp1/message"
_SIGNED: Final = signed_bytes(_LABEL, _MESSAGE)


def _crafted(
    *,
    nonce: int = 7,
    torsion: edwards.Point = edwards.IDENTITY,
    r: bytes = b"",
    key: bytes = _KEY.public_key,
) -> bytes:
    signature = edwards.sign(_KEY.seed, _SIGNED, nonce=nonce, key=key, torsion=torsion, r=r)
    if not edwards.cofactored_accepts(_SIGNED, signature, key):
        raise AssertionError("a crafted signature that nobody would accept shows nothing")
    return signature


def ed25519() -> VectorFile:
    """Keys and signatures, above all those that libraries disagree on."""

    def key(name: str, comment: str, public_key: bytes, refused: Reason | None = None) -> Vector:
        return Vector("check-public-key", name, comment, {"publicKey": public_key.hex()}, refused)

    def number(value: int) -> bytes:
        return value.to_bytes(32, "little")

    point = edwards.decode(_KEY.public_key)
    if point is None:
        raise AssertionError
    mixed = {
        order: edwards.encode(edwards.add(point, edwards.small_order(order))) for order in (2, 4, 8)
    }
    good = _KEY.sign(_LABEL, _MESSAGE)
    s_plus_l = good[:32] + number(int.from_bytes(good[32:], "little") + edwards.ORDER)

    def check(name: str, comment: str, signature: bytes, refused: Reason | None = Reason.SIGNATURE,
              **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        given = {"publicKey": _KEY.public_key.hex(), "label": _LABEL, "message": _MESSAGE.hex(),
                 "signature": signature.hex()}  # fmt: skip
        return Vector("check-signature", name, comment, given | changes, refused)

    vectors = [
        Vector("sign", "sign", "lp(label), lp(message), then plain Ed25519.",
               {"seed": _KEY.seed.hex(), "label": _LABEL, "message": _MESSAGE.hex()}),
        Vector("sign", "sign-empty", "An empty message.",
               {"seed": _KEY.seed.hex(), "label": "mp1/line-document", "message": ""}),
        key("key", "In the prime-order subgroup.", _KEY.public_key),
        *(
            key(f"key-order-{order}", "A point of small order.",
                edwards.encode(edwards.small_order(order)), Reason.PUBLIC_KEY)
            for order in (1, 2, 4, 8)
        ),
        *(
            key(f"key-mixed-order-{order}", "A good key plus a point of small order.",
                mixed[order], Reason.PUBLIC_KEY)
            for order in (2, 4, 8)
        ),
        key("key-identity-non-canonical", "y = p + 1.", number(edwards.P + 1), Reason.PUBLIC_KEY),
        key("key-non-canonical", "y = p + 3, a point in another spelling.", number(edwards.P + 3),
            Reason.PUBLIC_KEY),
        key("key-minus-zero", "x = 0 with the sign bit.", number(1 | 2**255), Reason.PUBLIC_KEY),
        key("key-off-curve", "y = 2 is on no point.", number(2), Reason.PUBLIC_KEY),
        key("key-zero", "y = 0, of order 4.", bytes(32), Reason.PUBLIC_KEY),
        key("key-short", "31 bytes.", _KEY.public_key[:31], Reason.PUBLIC_KEY),
        check("signature", "An ordinary one.", good, None),
        check("signature-own-nonce", "Made like the bad ones below, but good.", _crafted(), None),
        check("other-label", "Signed for another use.", _KEY.sign("mp1/box-key", _MESSAGE)),
        check("no-label", "Signed without a label.", _KEY.sign_raw(_MESSAGE)),
        check("re-serialised", "The same JSON value in other bytes.", good,
              message=b'{ "version": 1 }'.hex()),
        check("other-key", "Signed by somebody else.",
              scene.signing_key("somebody else").sign(_LABEL, _MESSAGE)),
        check("s-plus-l", "A second spelling of S.", s_plus_l),
        *(
            check(f"torsion-in-r-{order}", "Accepted by cofactored libraries.",
                  _crafted(torsion=edwards.small_order(order)))
            for order in (2, 4, 8)
        ),
        check("r-identity", "R of order 1.", _crafted(nonce=0)),
        check("r-non-canonical", "R of order 1 as y = p + 1.",
              _crafted(nonce=0, r=number(edwards.P + 1))),
        check("mixed-order-key", "The key is refused before the signature.",
              _crafted(key=mixed[8]), Reason.PUBLIC_KEY, publicKey=mixed[8].hex()),
        check("identity-key", "OpenSSL accepts this for every message.",
              edwards.encode(edwards.IDENTITY) + bytes(32), Reason.PUBLIC_KEY,
              publicKey=edwards.encode(edwards.IDENTITY).hex()),
        check("short-signature", "63 bytes.", good[:63]),
    ]  # fmt: skip
    return file("ed25519", "Ed25519 keys and signatures, strict.", vectors)


_ORIGIN: Final = "https://meldpunt.example"
_ONION: Final = "http://meldpuntexample.onion"
_BODY: Final = '{"a":1}'
_CHALLENGE: Final = "Zm9vYmFy-_0"


def requests() -> VectorFile:
    """Signed requests, and what one signature must not be good for."""
    key = scene.REPORTER_KEYS.signing
    put = {"method": "PUT", "uri": f"{_ORIGIN}/v1/report", "body": _BODY,
           "challenge": _CHALLENGE, "seed": key.seed.hex()}  # fmt: skip
    get = put | {"method": "GET", "uri": f"{_ORIGIN}/v1/report/messages?after=3", "body": ""}

    def signed(given: dict[str, str]) -> dict[str, str]:
        return sign_request(method=given["method"], uri=given["uri"], challenge=given["challenge"],
                            body=given["body"].encode(), key=key)  # fmt: skip

    def check(name: str, comment: str, refused: Reason | None = Reason.REQUEST_SIGNATURE,
              fields: dict[str, str] | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        given = {"method": "PUT", "origins": [_ORIGIN, _ONION], "target": "/v1/report",
                 "body": _BODY, "fields": fields or signed(put)}  # fmt: skip
        return Vector("verify-request", name, comment, given | changes, refused)

    def field(old: str, new: str) -> dict[str, str]:
        fields = signed(put)
        return fields | {"signature-input": fields["signature-input"].replace(old, new)}

    def sign(
        name: str, comment: str, given: dict[str, str], refused: Reason | None = None
    ) -> Vector:
        return Vector("sign-request", name, comment, given, refused)

    syntax, digest = Reason.REQUEST_SYNTAX, Reason.REQUEST_DIGEST
    keyid = encode_base64url(key.public_key)
    vectors = [
        sign("sign-with-body", "Three components.", put),
        sign("sign-without-body", "Two components.", get),
        sign("sign-quote", "A challenge must not end its own quotes.",
             put | {"challenge": 'a";alg="x'}, Reason.CHALLENGE),
        sign("sign-line-end", "Nor start a line.", put | {"challenge": "a\nb"}, Reason.CHALLENGE),
        sign("sign-long", "257 characters.", put | {"challenge": "a" * 257}, Reason.CHALLENGE),
        check("verify", "As signed.", None),
        check("verify-onion", "The host's other origin.", None,
              signed(put | {"uri": f"{_ONION}/v1/report"})),
        check("verify-without-body", "No digest.", None, method="GET", body="",
              target="/v1/report/messages?after=3", fields=signed(get)),
        check("other-origin", "Signed for another host.",
              fields=signed(put | {"uri": "https://evil.example/v1/report"})),
        check("other-method", "Signed for PUT.", method="POST"),
        check("other-path", "Signed for /v1/report.", target="/v1/report/messages"),
        check("other-query", "Signed without a query.", target="/v1/report?after=1"),
        check("other-body", "Another body arrives.", digest, body='{"a":2}'),
        check("other-body-and-digest", "With its own digest.",
              fields=signed(put) | {"content-digest": content_digest(b'{"a":2}')},
              body='{"a":2}'),
        check("no-body", "The body is gone.", digest, body=""),
        check("added-body", "A body where none was signed.", digest, method="GET",
              target="/v1/report/messages?after=3", fields=signed(get)),
        check("altered-challenge", "Another nonce.", fields=field(_CHALLENGE, "b3RoZXI")),
        check("other-key", "Another keyid.",
              fields=field(keyid, encode_base64url(scene.ANNA.signing.public_key))),
        check("keyid-spare-bits", "The key in another spelling.", Reason.BASE64URL,
              fields=field(keyid, keyid[:-1] + chr(ord(keyid[-1]) + 1))),
        check("components-swapped", "The profile has one order.", syntax,
              fields=field('"@method" "@target-uri"', '"@target-uri" "@method"')),
        check("component-missing", "The target is not covered.", syntax,
              fields=field(' "@target-uri"', "")),
        check("created", "The profile has no dates.", syntax,
              fields=field(";keyid", ";created=1;keyid")),
        check("other-label", "The label is sig.", syntax, fields=field("sig=", "sig1=")),
        check("other-algorithm", "The profile has one.", syntax,
              fields=field('alg="ed25519"', 'alg="hmac-sha256"')),
        check("no-tag", "A signature for another protocol.", syntax,
              fields=field(';tag="meldpunt-1"', "")),
        check("signature-base64url", "Structured fields use padded base64.", syntax,
              fields=signed(put) | {"signature": f"sig=:{'-' * 86}:"}),
        check("signature-spare-bits", "One spelling.", syntax,
              fields=signed(put) | {"signature": f"sig=:{'A' * 85}B==:"}),
    ]  # fmt: skip
    return file("request", "HTTP Message Signatures (RFC 9421), the one profile.", vectors)
