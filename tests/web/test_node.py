"""The protocol holds outside Python: vectors, and messages from each side opened by the other."""

import json
import os
import re
from typing import Any, Final

import pytest

from meldpunt.protocol.keys import ReporterKeys, derive
from meldpunt.protocol.line import verify_line
from meldpunt.protocol.message import open_message, seal_message
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.receipt import receipt_seed
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import verify_header
from meldpunt.protocol.verify.request import parse_request_signature, verify_request
from meldpunt.protocol.verify.sealed import SealedMessage
from openapi.generator import scene
from openapi.generator.kept_wraps import VECTORS
from openapi.generator.scene import ANNA, BRAM, LINE, REPORTER_KEYS, TODAY
from tests.web import node

TEXT = "Mijn leidinggevende vroeg mij om cijfers te “corrigeren”. 😀 \u2028\x7f"


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    node.install()


def _summary(*files: str) -> dict[str, int]:
    """Run tests in JavaScript; return how many there were, and what became of them."""
    output = node.run("node", "--test", "--test-reporter=tap", *files)
    summary = re.findall(r"^# (tests|pass|fail|skipped|todo) (\d+)$", output, re.MULTILINE)
    return {name: int(number) for name, number in summary}


def test_every_vector_holds_in_javascript() -> None:
    files = [json.loads(path.read_text("utf-8")) for path in VECTORS.glob("*.json")]
    count = sum(len(content["vectors"]) for content in files) + 1  # and one: there are vectors
    wanted = {"tests": count, "pass": count, "fail": 0, "skipped": 0, "todo": 0}
    assert _summary("vectors.test.js") == wanted


OTHERS: Final = sorted({path.name for path in node.TESTS.glob("*.test.js")} - {"vectors.test.js"})


@pytest.mark.parametrize("file", OTHERS)
def test_its_tests_in_javascript_hold(file: str) -> None:
    found = _summary(file)
    count = found["tests"]
    assert count > 0
    assert found == {"tests": count, "pass": count, "fail": 0, "skipped": 0, "todo": 0}


def _opening(message: SealedMessage, person: scene.Person) -> dict[str, Any]:
    return {
        "header": message.header.decode(),
        "signature": message.signature.hex(),
        "signingKey": REPORTER_KEYS.signing.public_key.hex(),
        "body": message.body.hex(),
        "wraps": [{"keyId": w.key_id.hex(), "wrap": w.wrap.hex()} for w in message.wraps],
        "reader": person.id.hex(),
        "keyId": person.recipient.key_id.hex(),
        "seed": derive(person.chain.value, "mp1/box").hex(),
    }


@pytest.mark.parametrize("person", [ANNA, BRAM])
@pytest.mark.parametrize("length", [1, 900, 5000, 60000])
def test_javascript_opens_what_python_seals(person: scene.Person, length: int) -> None:
    payload = make_payload(TEXT + "x" * length, language="nl", kind="integrity")
    message = seal_message(
        scene.header(),
        payload,
        content_key=os.urandom(32),
        author=REPORTER_KEYS.signing,
        recipients=(ANNA.recipient, BRAM.recipient),
    )
    opened = node.exchange("open", **_opening(message, person))
    assert opened["payload"] == payload.to_json().decode()
    assert opened["messageId"] == message.message_id.hex()


def _draft(author: Participant = REPORTER) -> dict[str, Any]:
    draft = scene.header(author).model_dump(mode="json", by_alias=True, exclude_none=True)
    del draft["body"]
    return draft


def test_python_opens_what_javascript_seals_to_two_handlers() -> None:
    payload = json.dumps(
        {"version": 1, "language": "nl", "content": {"text": TEXT}},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    sealed = node.exchange(
        "seal",
        draft=_draft(),
        payload=payload,
        seed=REPORTER_KEYS.signing.seed.hex(),
        recipients=[
            {"keyId": p.recipient.key_id.hex(), "publicKey": p.recipient.public_key.hex()}
            for p in (ANNA, BRAM)
        ],
    )
    message = SealedMessage.from_value(sealed)
    verified = verify_header(message.header, message.signature, REPORTER_KEYS.signing.public_key)
    for person in (ANNA, BRAM):
        keys = {person.recipient.key_id: person.chain.key(0)}
        opened = open_message(
            verified, message.body, message.wraps, reader=person.id, box_keys=keys
        )
        assert opened.payload.text == TEXT


def test_the_reporter_opens_in_python_what_a_handler_seals_in_javascript() -> None:
    sealed = node.exchange(
        "seal",
        draft=_draft(ANNA.id),
        payload='{"version":1,"language":"en","content":{"text":"Thank you."}}',
        seed=ANNA.signing.seed.hex(),
        recipients=[
            {
                "keyId": REPORTER_KEYS.box_key_id.hex(),
                "publicKey": REPORTER_KEYS.box.public_key.hex(),
            }
        ],
    )
    message = SealedMessage.from_value(sealed)
    verified = verify_header(message.header, message.signature, ANNA.signing.public_key)
    keys = {REPORTER_KEYS.box_key_id: REPORTER_KEYS.box}
    opened = open_message(verified, message.body, message.wraps, reader=REPORTER, box_keys=keys)
    assert opened.payload.text == "Thank you."


def test_a_receipt_made_in_javascript_opens_the_same_keys_in_python() -> None:
    made = node.exchange("receipt", lineId=LINE.hex())
    seed = receipt_seed(made["code"], LINE)
    assert encode_base64url(seed) == made["seed"]
    assert len(ReporterKeys.from_seed(seed).report_id) == 32


def test_javascript_verifies_the_line_that_python_publishes() -> None:
    served = scene.served(scene.document(names=scene.document().names))
    verified = verify_line(served, LINE, today=TODAY)
    seen = node.exchange(
        "line", served=served.to_json().decode(), lineId=LINE.hex(), today=TODAY.isoformat()
    )
    assert seen["document"] == verified.document_hash.hex()
    assert seen["boxKeys"] == {h.hex(): k.key_id.hex() for h, k in verified.box_keys.items()}


@pytest.mark.parametrize("body", ["", '{"a":"é"}'])
def test_python_verifies_a_request_that_javascript_signs(body: str) -> None:
    challenge = encode_base64url(os.urandom(32))
    fields = node.exchange(
        "request",
        method="PUT",
        uri="https://meldpunt.example/v1/report",
        body=body,
        challenge=challenge,
        seed=REPORTER_KEYS.signing.seed.hex(),
    )["fields"]
    signed = parse_request_signature(
        signature_input=fields["signature-input"], signature=fields["signature"]
    )
    received: dict[str, Any] = {
        "method": "PUT",
        "origins": ("https://meldpunt.example",),
        "target": "/v1/report",
        "digest": fields.get("content-digest"),
        "body": body.encode(),
    }
    verify_request(signed, **received)
    assert (signed.key, signed.challenge) == (REPORTER_KEYS.signing.public_key, challenge)
    with pytest.raises(RefusedError, match=Reason.REQUEST_SIGNATURE):
        verify_request(signed, **received | {"method": "GET"})


def test_a_tampered_message_is_refused_in_javascript() -> None:
    message = seal_message(
        scene.header(),
        make_payload(TEXT, language="nl"),
        content_key=os.urandom(32),
        author=REPORTER_KEYS.signing,
        recipients=(ANNA.recipient,),
    )
    given = _opening(message, ANNA)
    other = ids.message_id(b"other").hex()
    with pytest.raises(RuntimeError, match="body-hash"):
        node.exchange("open", **given | {"body": given["body"][:-64] + other})


def test_a_missing_program_is_an_error_that_says_so() -> None:
    with pytest.raises(RuntimeError, match="is missing"):
        node.run("no-such-program")
