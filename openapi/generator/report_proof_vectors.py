"""Vectors of proofs of report: what a reporter keeps, to show it later (files.md section 1)."""

from dataclasses import dataclass
from typing import Any, Final

from meldpunt.protocol.body import seal_body
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.report_proof import ProvenDocument, ProvenMessage, ReportProof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Tag
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL, LineDocument
from meldpunt.protocol.verify.proof import proof_bytes
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    FIRST_DAY,
    LINE,
    LINE_KEY,
    NEXT_LINE_KEY,
    REPORTER_KEYS,
    TODAY,
    Conversation,
)
from openapi.generator.vector import Vector, VectorFile, file

_HOST: Final = scene.signing_key("host")
_NEW_HOST: Final = scene.signing_key("new host")
_FIRST: Final = scene.document()
_MOVED: Final = scene.document(
    number=2,
    previous=ids.document_hash(_FIRST.to_json()),
    key_number=1,
    origins=("https://elsewhere.example",),
    receipt_key=_NEW_HOST.public_key,
)


def _signed(document: LineDocument) -> ProvenDocument:
    data = document.to_json()
    key = (LINE_KEY, NEXT_LINE_KEY)[document.key_number]
    return ProvenDocument(document=data, signature=key.sign(DOCUMENT_LABEL, data))


@dataclass
class _Kept:
    """A conversation whose words are kept."""

    talk: Conversation
    messages: list[ProvenMessage]

    def say(
        self,
        author: Participant,
        text: str,
        tag: Tag | None = None,
        *,
        key: SigningKey | None = None,
        **changes: object,
    ) -> None:
        """Add a message with a body, and a proof of receipt of today."""
        content_key = scene.secret(text)
        payload = make_payload(text, language="nl").to_json()
        body = seal_body(payload, content_key=content_key)
        message = self.talk.say(author, tag, key=key, body=ids.body_hash(body), **changes)
        header, signature = self.talk.messages[message]
        self.messages.append(
            ProvenMessage(
                header=header,
                signature=signature,
                received_on=TODAY,
                proof=_HOST.sign_raw(proof_bytes(message, TODAY)),
                body=body,
                content_key=content_key,
            )
        )


def _kept() -> list[ProvenMessage]:
    kept = _Kept(Conversation(), [])
    kept.say(REPORTER, "Facturen zijn dubbel betaald.")
    kept.say(ANNA.id, "Ontvangen. Dank u.", Tag.ACKNOWLEDGEMENT)
    kept.say(REPORTER, "Het gaat nog door.")
    return kept.messages


def _file(
    messages: list[ProvenMessage], *documents: LineDocument, **changes: object
) -> ReportProof:
    fields: dict[str, Any] = {
        "format": "meldpunt-report-proof",
        "version": 1,
        "first_key": LINE_KEY.public_key,
        "documents": tuple(_signed(document) for document in documents or (_FIRST,)),
        "signing_key": REPORTER_KEYS.signing.public_key,
        "box_key": REPORTER_KEYS.box.public_key,
        "messages": tuple(messages),
    }
    return ReportProof(**(fields | changes))


def report_proofs() -> VectorFile:
    """What a reporter keeps, to show it later."""

    def proof(name: str, comment: str, shown: ReportProof | str, refused: Reason | None = None,
              **given: str) -> Vector:  # fmt: skip
        text = shown if isinstance(shown, str) else shown.to_json().decode()
        return Vector("verify-report-proof", name, comment, {"file": text, **given}, refused)

    def first(**changes: object) -> ReportProof:
        report, *others = _kept()
        return _file([report.model_copy(update=changes), *others])

    messages = _kept()
    second = messages[1]
    moved = _file(messages, _MOVED, _FIRST, rotations=(scene.rotation(),))
    new_proof = _NEW_HOST.sign_raw(proof_bytes(second.message_id, TODAY))
    at_new_host = [messages[0], second.model_copy(update={"proof": new_proof}), messages[2]]
    good = _file(messages).to_json().decode()
    vectors = [
        proof("report-proof", "Three messages, their words and their days.", _file(messages)),
        proof("report-proof-of-the-line", "The line is known from elsewhere.", _file(messages),
              lineId=LINE.hex()),
        proof("report-proof-without-words", "What is left out is not shown.",
              first(content_key=None)),
        proof("report-proof-without-a-body", "A header and a day.",
              first(content_key=None, body=None)),
        proof("report-proof-without-a-day", "Nobody says when.",
              first(received_on=None, proof=None)),
        proof("report-proof-with-a-gap", "A message is left out: it alarms.",
              _file([messages[0], messages[2]])),
        proof("report-proof-after-a-move", "The older host's key is in an older document.", moved),
        proof("report-proof-of-two-hosts", "Any document's key will do.",
              _file(at_new_host, _MOVED, _FIRST, rotations=(scene.rotation(),))),
        proof("report-proof-taken-over", "The keys are those that the report is named after.",
              _file(_taken_over())),
        proof("report-proof-of-another-line", "Not the one that was asked for.", _file(messages),
              Reason.OTHER_LINE, lineId=scene.OTHER_LINE.hex()),
        proof("report-proof-of-another-form", "Closed field sets.",
              good.replace('"version":1', '"version":1,"more":1', 1), Reason.FIELDS),
        proof("report-proof-of-another-format", "Its name says what it is.",
              good.replace("meldpunt-report-proof", "meldpunt-line-export"), Reason.FIELDS),
        proof("report-proof-in-another-form", "White space.", good.replace(",", ", ", 1),
              Reason.JSON_NOT_CANONICAL),
        proof("report-proof-without-the-document", "A header names it.",
              _file(messages, scene.document(reader_count=3)), Reason.DOCUMENT_UNKNOWN),
        proof("report-proof-with-a-fork", "Two documents of one number.",
              _file(messages, _FIRST, scene.document(reader_count=3)), Reason.DOCUMENT_FORK),
        proof("report-proof-by-a-key-that-is-not-there", "The rotation is left out.",
              _file(messages, _MOVED, _FIRST), Reason.KEY_NUMBER),
        proof("report-proof-of-another-report", "Other keys make another report.",
              _file(messages, box_key=ANNA.chain.key(0).public_key), Reason.OTHER_REPORT),
        proof("report-proof-twice", "A message is there once.", _file([*messages, messages[1]]),
              Reason.ORDER),
        proof("report-proof-by-somebody-else", "The header's signature.",
              first(signature=second.signature), Reason.SIGNATURE),
        proof("report-proof-with-a-day-alone", "Day and proof go together.", first(proof=None),
              Reason.FIELDS),
        proof("report-proof-of-another-day", "The host signed for another.",
              first(received_on=FIRST_DAY), Reason.PROOF),
        proof("report-proof-by-another-host", "No document of the line names its key.",
              _file(at_new_host), Reason.PROOF),
        proof("report-proof-with-another-body", "Not the one that the header names.",
              first(body=second.body), Reason.BODY_HASH),
        proof("report-proof-with-a-key-alone", "A content key without a body.", first(body=None),
              Reason.FIELDS),
        proof("report-proof-with-another-key", "The body commits to its own.",
              first(content_key=second.content_key), Reason.COMMITMENT),
    ]  # fmt: skip
    return file("report-proof", "Proofs of report (files.md section 1).", vectors)


def _taken_over() -> list[ProvenMessage]:
    kept = _Kept(Conversation(), [])
    kept.say(REPORTER, "Opgeschreven door Anna.")
    kept.say(
        REPORTER,
        "Onder eigen code.",
        Tag.SUCCESSION,
        successor=scene.successor(),
        key=scene.CALLER_KEYS.signing,
    )
    return kept.messages
