"""Who may speak: signatures, challenges, and the origins a host goes by."""

import base64
from typing import Any, Final

import pytest

from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.server.usecases.challenges import make_challenge
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_guarded, assert_problem, malformed, stored
from tests.support.caller import JSON_BODY
from tests.support.correspondence import Correspondence
from tests.support.hosts import ONION, ORIGIN, TestHost

PATH: Final = "/v1/report"


def unsigned(answer: Any, reason: Reason | None = None) -> None:  # noqa: ANN401 (an answer)
    """Check that a request counts as not signed."""
    assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, reason)
    assert answer.headers["www-authenticate"] == "Signature"


async def signed(talk: Correspondence, **changes: Any) -> dict[str, str]:  # noqa: ANN401 (any argument)
    """Return signature fields of a request that differs from the one that will be sent."""
    arguments: dict[str, Any] = {
        "method": "GET",
        "uri": ORIGIN + PATH,
        "body": b"",
        "challenge": await talk.reporter.challenge(),
        "key": talk.keys.signing,
    }
    return sign_request(**arguments | changes)


async def test_a_challenge_is_short_and_says_how_long_it_is_good(host: TestHost) -> None:
    answer = await host.http.post("/v1/challenges")
    assert answer.status_code == 200
    assert_guarded(answer)
    given = answer.json()
    assert given["expiresIn"] == 300
    assert 1 <= len(given["challenge"]) <= 256
    assert (await host.http.post("/v1/challenges")).json()["challenge"] != given["challenge"]


@pytest.mark.parametrize("left_out", ["signature", "signature-input", "both"])
async def test_a_request_without_a_signature_is_refused(host: TestHost, left_out: str) -> None:
    talk = await host.report()
    fields = await signed(talk)
    for name in ("signature", "signature-input") if left_out == "both" else (left_out,):
        fields.pop(name)
    unsigned(await host.http.get(PATH, headers=fields))


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "https://other.example" + PATH},
        {"uri": ORIGIN + "/v1/inbox"},
        {"uri": ORIGIN + PATH + "?after=0"},
        {"uri": ORIGIN + PATH + "/"},
        {"uri": ORIGIN + "/v1/%72eport"},
        {"uri": ORIGIN.upper() + PATH},
        {"uri": ORIGIN + ":443" + PATH},
        {"method": "PUT"},
        {"method": "get"},
    ],
    ids=lambda change: " ".join(change.values()),
)
async def test_a_request_signed_for_something_else_is_refused(
    host: TestHost, changes: dict[str, Any]
) -> None:
    talk = await host.report()
    fields = await signed(talk, **changes)
    unsigned(await host.http.get(PATH, headers=fields), Reason.REQUEST_SIGNATURE)


async def test_the_query_is_signed(host: TestHost) -> None:
    talk = await host.report()
    path = f"{PATH}/messages"
    fields = await signed(talk, uri=f"{ORIGIN}{path}?after=1")
    assert (await host.http.get(f"{path}?after=1", headers=fields)).status_code == 200
    for query in ("?after=0", "", "?after=1&after=0", "?after=%31"):
        unsigned(await host.http.get(path + query, headers=fields), Reason.REQUEST_SIGNATURE)


async def test_the_host_header_is_ignored(host: TestHost) -> None:
    talk = await host.report()
    for name in ("evil.example", "report.example", ""):
        fields = await signed(talk)
        answer = await host.http.get(PATH, headers={**fields, "host": name})
        assert answer.status_code == 200
    fields = await signed(talk, uri="https://evil.example" + PATH)
    answer = await host.http.get(PATH, headers={**fields, "host": "evil.example"})
    unsigned(answer, Reason.REQUEST_SIGNATURE)


async def test_every_configured_origin_is_good(host: TestHost) -> None:
    talk = await host.report()
    fields = await signed(talk, uri=ONION + PATH)
    assert (await host.http.get(PATH, headers=fields)).status_code == 200


async def test_the_body_is_signed(host: TestHost) -> None:
    talk, other = host.correspondence(), host.correspondence()
    body, foreign = talk.put().to_json(), other.put().to_json()
    fields = {**JSON_BODY, **await signed(talk, method="PUT", body=body)}
    no_digest = {name: value for name, value in fields.items() if name != "content-digest"}
    without = {**JSON_BODY, **await signed(talk, method="PUT")}
    digest_of_foreign = {**JSON_BODY, **await signed(talk, method="PUT", body=foreign)}
    for content, headers in (
        (foreign, fields),
        (body + b" ", fields),
        (b"", fields),
        (body, no_digest),
        (body, without),
        (body, digest_of_foreign),
        (body, {**without, "content-digest": fields["content-digest"]}),
        (body, {**fields, "content-digest": fields["content-digest"].upper()}),
    ):
        answer = await host.http.put(PATH, content=content, headers=headers)
        unsigned(answer, Reason.REQUEST_DIGEST)
    swapped = {**fields, "content-digest": digest_of_foreign["content-digest"]}
    answer = await host.http.put(PATH, content=foreign, headers=swapped)
    unsigned(answer, Reason.REQUEST_SIGNATURE)
    stored(await host.http.put(PATH, content=body, headers=fields))


async def test_a_read_has_no_body(host: TestHost) -> None:
    talk = await host.report()
    fields = await signed(talk, body=b"{}")
    answer = await host.http.request("GET", PATH, content=b"{}", headers=fields)
    unsigned(answer, Reason.REQUEST_DIGEST)


async def test_a_request_can_be_replayed_while_its_challenge_lives(host: TestHost) -> None:
    """Within minutes a request may come twice, so every operation is idempotent."""
    talk = await host.report()
    fields = await signed(talk)
    for seconds, expected in ((0, 200), (300, 200), (301, 401)):
        host.time.set_day(host.time.day)
        host.time.seconds += seconds
        answer = await host.http.get(PATH, headers=fields)
        assert answer.status_code == expected
        if expected == 401:
            assert_problem(answer, ProblemType.CHALLENGE_EXPIRED)


async def test_a_foreign_or_altered_challenge_is_refused(host: TestHost) -> None:
    talk = await host.report()
    good = await talk.reporter.challenge()
    foreign = make_challenge(key=bytes(32), now=host.time.seconds, seconds=300)
    swapped = ("B" if good[0] == "A" else "A") + good[1:]
    last = good[:-1] + ("A" if good[-1] != "A" else "B")
    for challenge in (foreign, swapped, last, good + "A", good[:-1], "A", "A" * 256):
        fields = await signed(talk, challenge=challenge)
        answer = await host.http.get(PATH, headers=fields)
        assert_problem(answer, ProblemType.CHALLENGE_EXPIRED)


async def test_a_challenge_is_nobodys_in_particular(host: TestHost) -> None:
    talk, other = await host.report(), await host.report()
    fields = await signed(talk, challenge=await other.reporter.challenge())
    assert (await host.http.get(PATH, headers=fields)).status_code == 200


async def test_a_signature_of_another_key_is_refused(host: TestHost) -> None:
    talk, other = await host.report(), await host.report()
    fields = await signed(talk)
    own = encode_base64url(talk.keys.signing.public_key)
    foreign = encode_base64url(other.keys.signing.public_key)
    fields["signature-input"] = fields["signature-input"].replace(own, foreign)
    unsigned(await host.http.get(PATH, headers=fields), Reason.REQUEST_SIGNATURE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('alg="ed25519"', 'alg="hmac-sha256"'),
        (';alg="ed25519"', ""),
        ('tag="meldpunt-1"', 'tag="meldpunt-2"'),
        ('("@method" "@target-uri")', '("@method")'),
        ('("@method" "@target-uri")', '("@target-uri" "@method")'),
        ('("@method" "@target-uri")', "()"),
        ("sig=", "other="),
        (";tag", ";created=1;tag"),
        ("sig=", "sig=(); x="),
        (";keyid", "; keyid"),
    ],
)
async def test_another_profile_of_signatures_is_refused(
    sqlite_host: TestHost, old: str, new: str
) -> None:
    talk = await sqlite_host.report()
    fields = await signed(talk)
    assert old in fields["signature-input"]
    fields["signature-input"] = fields["signature-input"].replace(old, new)
    answer = await sqlite_host.http.get(PATH, headers=fields)
    unsigned(answer, Reason.REQUEST_SYNTAX)


@pytest.mark.parametrize(
    "value",
    ["", "sig", "sig=::", "sig=:AAAA:", "sig=:" + "A" * 88 + ":", "sig=:" + "é" * 86 + "==:"],
)
async def test_a_signature_of_another_form_is_refused(sqlite_host: TestHost, value: str) -> None:
    talk = await sqlite_host.report()
    fields: dict[str, Any] = {**await signed(talk), "signature": value.encode()}
    answer = await sqlite_host.http.get(PATH, headers=fields)
    unsigned(answer, Reason.REQUEST_SYNTAX)


async def test_a_key_has_one_spelling(sqlite_host: TestHost) -> None:
    talk = await sqlite_host.report()
    fields = await signed(talk)
    own = encode_base64url(talk.keys.signing.public_key)
    other = own[:-1] + ("B" if own[-1] != "B" else "C")
    fields["signature-input"] = fields["signature-input"].replace(own, other)
    malformed(await sqlite_host.http.get(PATH, headers=fields), Reason.BASE64URL)


@pytest.mark.parametrize(
    "point",
    ["01" + "00" * 31, "00" * 32, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f"],
    ids=["identity", "order 4", "order 2", "not canonical"],
)
async def test_a_key_of_small_order_signs_nothing(sqlite_host: TestHost, point: str) -> None:
    """OpenSSL would accept the identity's signature R = identity, S = 0 over anything."""
    talk = await sqlite_host.report()
    fields = await signed(talk)
    own = encode_base64url(talk.keys.signing.public_key)
    small = encode_base64url(bytes.fromhex(point))
    fields["signature-input"] = fields["signature-input"].replace(own, small)
    forged = base64.b64encode(bytes.fromhex("01" + "00" * 63)).decode()
    fields["signature"] = f"sig=:{forged}:"
    answer = await sqlite_host.http.get(PATH, headers=fields)
    unsigned(answer, Reason.REQUEST_SIGNATURE)
