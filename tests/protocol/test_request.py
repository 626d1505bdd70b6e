"""Signed requests: for one method, target, body and challenge."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.request import (
    MAX_CHALLENGE,
    content_digest,
    parse_request_signature,
    verify_request,
)
from openapi.generator.scene import REPORTER_KEYS, signing_key
from tests.protocol.refusal import refused

KEY = REPORTER_KEYS.signing
ORIGINS = ("https://meldpunt.example", "http://meldpuntexample.onion")
BODY = b'{"a":1}'
CHALLENGE = "Y2hhbGxlbmdl-_0"


def signed(**changes: Any) -> dict[str, str]:  # noqa: ANN401 (any field)
    fields: dict[str, Any] = {
        "method": "PUT",
        "uri": ORIGINS[0] + "/v1/report?x=1",
        "body": BODY,
        "challenge": CHALLENGE,
        "key": KEY,
    }
    return sign_request(**(fields | changes))


def check(fields: dict[str, str], **changes: Any) -> None:  # noqa: ANN401 (any field)
    signature = parse_request_signature(
        signature_input=fields["signature-input"], signature=fields["signature"]
    )
    received: dict[str, Any] = {
        "method": "PUT",
        "origins": ORIGINS,
        "target": "/v1/report?x=1",
        "digest": fields.get("content-digest"),
        "body": BODY,
    }
    verify_request(signature, **(received | changes))


def test_the_fields_are_those_of_the_profile() -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    keyid = encode_base64url(KEY.public_key)
    parameters = (
        f'("@method" "@target-uri" "content-digest");keyid="{keyid}";nonce="{CHALLENGE}"'
        ';alg="ed25519";tag="meldpunt-1"'
    )
    base = (
        '"@method": PUT\n'
        f'"@target-uri": {ORIGINS[0]}/v1/report?x=1\n'
        f'"content-digest": sha-256=:{digest}:\n'
        f'"@signature-params": {parameters}'
    )
    assert signed() == {
        "content-digest": f"sha-256=:{digest}:",
        "signature-input": f"sig={parameters}",
        "signature": f"sig=:{base64.b64encode(KEY.sign_raw(base.encode())).decode()}:",
    }


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_request_holds_for_each_origin_of_its_host(origin: str) -> None:
    check(signed(uri=f"{origin}/v1/report?x=1"))


def test_a_request_without_a_body_has_no_digest() -> None:
    fields = signed(method="GET", body=b"")
    assert "content-digest" not in fields
    check(fields, method="GET", body=b"")


@given(st.binary(min_size=1, max_size=100), st.from_regex(r"[A-Za-z0-9_-]{1,256}", fullmatch=True))
def test_what_is_signed_verifies(body: bytes, challenge: str) -> None:
    check(signed(body=body, challenge=challenge), body=body)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"method": "POST"}, Reason.REQUEST_SIGNATURE),
        ({"target": "/v1/report?x=2"}, Reason.REQUEST_SIGNATURE),
        ({"target": "/v1/report"}, Reason.REQUEST_SIGNATURE),
        ({"origins": ("https://other.example",)}, Reason.REQUEST_SIGNATURE),
        ({"origins": ("http://meldpunt.example",)}, Reason.REQUEST_SIGNATURE),
        ({"origins": ()}, Reason.REQUEST_SIGNATURE),
        ({"body": b'{"a":2}'}, Reason.REQUEST_DIGEST),
        ({"body": b""}, Reason.REQUEST_DIGEST),
        ({"digest": None}, Reason.REQUEST_DIGEST),
        ({"digest": content_digest(b"other")}, Reason.REQUEST_DIGEST),
        ({"digest": "sha-512=:AAAA:"}, Reason.REQUEST_DIGEST),
        ({"digest": content_digest(b"other"), "body": b"other"}, Reason.REQUEST_SIGNATURE),
        ({"target": "/v1/report\u00e9"}, Reason.REQUEST_SYNTAX),
    ],
)
def test_a_request_holds_for_what_was_signed_only(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        check(signed(), **change)


def test_a_body_added_to_a_request_without_one_is_refused() -> None:
    fields = signed(method="GET", body=b"")
    with refused(Reason.REQUEST_DIGEST):
        check(fields, method="GET", body=BODY)
    with refused(Reason.REQUEST_DIGEST):
        check(fields, method="GET", body=b"", digest=content_digest(b""))


def test_another_key_or_challenge_is_refused() -> None:
    fields = signed()
    other = encode_base64url(signing_key("other").public_key)
    for old, new in ((encode_base64url(KEY.public_key), other), (CHALLENGE, "b3RoZXI")):
        changed = {**fields, "signature-input": fields["signature-input"].replace(old, new)}
        with refused(Reason.REQUEST_SIGNATURE):
            check(changed)


def _input(old: str, new: str) -> tuple[str, str]:
    fields = signed()
    assert old in fields["signature-input"]
    return fields["signature-input"].replace(old, new, 1), fields["signature"]


@pytest.mark.parametrize(
    ("signature_input", "signature"),
    [
        ("", ""),
        _input("sig=", "sig1="),
        _input('("@method" "@target-uri"', '("@target-uri" "@method"'),
        _input('"@target-uri" ', ""),
        _input(';alg="ed25519"', ""),
        _input(';alg="ed25519"', ';alg="rsa-v1_5-sha256"'),
        _input(';tag="meldpunt-1"', ""),
        _input(";keyid=", ";created=1;keyid="),
        _input(CHALLENGE, ""),
        _input(CHALLENGE, "a" * (MAX_CHALLENGE + 1)),
        _input(CHALLENGE, 'a"b'),
        _input(CHALLENGE, "a\u0660"),
        (signed()["signature-input"] + "\n", signed()["signature"]),
        (signed()["signature-input"], signed()["signature"][:-3] + ":"),
        (signed()["signature-input"], "sig=:AAAA:"),
        (signed()["signature-input"], signed()["signature"] + ", sig2=:AAAA:"),
        (signed()["signature-input"], "sig=:" + "A" * 85 + "B==:"),
    ],
)
def test_another_form_of_the_fields_is_refused(signature_input: str, signature: str) -> None:
    with refused(Reason.REQUEST_SYNTAX):
        parse_request_signature(signature_input=signature_input, signature=signature)


def test_a_key_id_with_spare_bits_is_refused() -> None:
    keyid = encode_base64url(KEY.public_key)
    spare = keyid[:-1] + chr(ord(keyid[-1]) + 1)
    with refused(Reason.BASE64URL):
        parse_request_signature(
            signature_input=signed()["signature-input"].replace(keyid, spare),
            signature=signed()["signature"],
        )


@pytest.mark.parametrize("challenge", ["", "a" * 257, 'a";tag="x', "a\nb", "a b", "a+b", "\u0661"])
def test_a_challenge_cannot_write_part_of_what_is_signed(challenge: str) -> None:
    with refused(Reason.CHALLENGE):
        signed(challenge=challenge)


def test_the_key_and_challenge_are_read_from_the_fields() -> None:
    signature = parse_request_signature(
        signature_input=signed()["signature-input"], signature=signed()["signature"]
    )
    assert signature.key == KEY.public_key
    assert signature.challenge == CHALLENGE
    assert signature.covers_body
    with refused(Reason.REQUEST_SIGNATURE):
        verify_request(
            replace(signature, signature=bytes(64)),
            method="PUT",
            origins=ORIGINS,
            target="/v1/report?x=1",
            digest=content_digest(BODY),
            body=BODY,
        )
