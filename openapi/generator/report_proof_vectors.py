"""Vectors of proofs of report: what a reporter keeps, to show it later (files.md section 1)."""

from typing import Final

from meldpunt.protocol.report_proof import ProvenMessage, ReportProof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.proof import proof_bytes
from openapi.generator import scene
from openapi.generator.handover_proofs import handed_over
from openapi.generator.report_proof_scene import (
    FIRST,
    NEW_HOST,
    Kept,
    filed,
    kept_messages,
    proof,
)
from openapi.generator.scene import ANNA, FIRST_DAY, LINE, TODAY, Conversation
from openapi.generator.vector import VectorFile, file

_MOVED: Final = scene.document(
    number=2,
    previous=ids.document_hash(FIRST.to_json()),
    key_number=1,
    origins=("https://elsewhere.example",),
    receipt_key=NEW_HOST.public_key,
)
_BY_A_REPLACED_KEY: Final = scene.document(
    number=3,
    previous=ids.document_hash(_MOVED.to_json()),
    receipt_key=NEW_HOST.public_key,
)
_THIRD: Final = scene.document(number=3, previous=ids.document_hash(_MOVED.to_json()), key_number=1)
_NEXT: Final = scene.document(number=2, previous=ids.document_hash(FIRST.to_json()))
_FIRST_PIN: Final = {"number": 1, "document": ids.document_hash(FIRST.to_json()).hex()}
_ANOTHER_PIN: Final = {"number": 1, "document": scene.secret("another document").hex()}
_WITH_ANOTHER_BEFORE: Final = scene.document(number=2, previous=ids.document_hash(b"another"))


def _under_the_next() -> list[ProvenMessage]:
    """Return a report that names document 2, of a file without document 1."""
    kept = Kept(Conversation(), [])
    named = ids.document_hash(_NEXT.to_json())
    kept.say(REPORTER, "Facturen zijn dubbel betaald.", document=named)
    return kept.messages


def report_proofs() -> VectorFile:
    """What a reporter keeps, to show it later."""

    def first(**changes: object) -> ReportProof:
        report, *others = kept_messages()
        return filed([report.model_copy(update=changes), *others])

    messages = kept_messages()
    second = messages[1]
    moved = filed(messages, _MOVED, FIRST, rotations=(scene.rotation(),))
    new_proof = NEW_HOST.sign_raw(proof_bytes(second.message_id, TODAY))
    at_new_host = [messages[0], second.model_copy(update={"proof": new_proof}), messages[2]]
    good = filed(messages).to_json().decode()
    vectors = [
        proof("report-proof", "Three messages, their words and their days.", filed(messages)),
        proof("report-proof-of-the-line", "The line is known from elsewhere.", filed(messages),
              lineId=LINE.hex()),
        proof("report-proof-without-words", "What is left out is not shown.",
              first(content_key=None)),
        proof("report-proof-without-a-body", "A header and a day.",
              first(content_key=None, body=None)),
        proof("report-proof-without-a-day", "Nobody says when.",
              first(received_on=None, proof=None)),
        proof("report-proof-with-a-gap", "A message is left out: it alarms.",
              filed([messages[0], messages[2]])),
        proof("report-proof-after-a-move", "The older host's key is in an older document.", moved),
        proof("report-proof-of-two-hosts", "Any document's key will do.",
              filed(at_new_host, _MOVED, FIRST, rotations=(scene.rotation(),))),
        proof("report-proof-taken-over", "The keys are those that the report is named after.",
              filed(_taken_over())),
        proof("report-proof-pinned", "The pinned document is in the file.", moved, pin=_FIRST_PIN),
        proof("report-proof-pinned-before", "The first document in the file names the pinned one.",
              filed(_under_the_next(), _NEXT), pin=_FIRST_PIN),
        proof("report-proof-before-the-pin", "A file is older than the pin: nothing is shown.",
              filed(messages), pin={**_FIRST_PIN, "number": 2}),
        proof("report-proof-with-a-hole", "Number 3 does not lead to number 1 without number 2.",
              filed(messages, FIRST, _THIRD, rotations=(scene.rotation(),)), pin=_FIRST_PIN),
        proof("report-proof-of-another-pin", "Number 1 is pinned, and it is another document.",
              moved, Reason.DOCUMENT_FORK, pin=_ANOTHER_PIN),
        proof("report-proof-after-another-pin", "Number 2 does not name the pinned number 1.",
              filed(_under_the_next(), _NEXT),
              Reason.DOCUMENT_PREVIOUS, pin=_ANOTHER_PIN),
        proof("report-proof-of-another-line", "Not the one that was asked for.", filed(messages),
              Reason.OTHER_LINE, lineId=scene.OTHER_LINE.hex()),
        proof("report-proof-of-another-form", "Closed field sets.",
              good.replace('"version":1', '"version":1,"more":1', 1), Reason.FIELDS),
        proof("report-proof-of-another-format", "Its name says what it is.",
              good.replace("meldpunt-report-proof", "meldpunt-line-export"), Reason.FIELDS),
        proof("report-proof-in-another-form", "White space.", good.replace(",", ", ", 1),
              Reason.JSON_NOT_CANONICAL),
        proof("report-proof-without-the-document", "A header names it.",
              filed(messages, scene.document(reader_count=3)), Reason.DOCUMENT_UNKNOWN),
        proof("report-proof-with-a-fork", "Two documents of one number.",
              filed(messages, FIRST, scene.document(reader_count=3)), Reason.DOCUMENT_FORK),
        proof("report-proof-by-a-key-that-is-not-there", "The rotation is left out.",
              filed(messages, _MOVED, FIRST), Reason.KEY_NUMBER),
        proof("report-proof-by-a-replaced-key", "It signs nothing after its successor has.",
              filed(messages, FIRST, _MOVED, _BY_A_REPLACED_KEY, rotations=(scene.rotation(),)),
              Reason.KEY_NUMBER),
        proof("report-proof-with-another-document-before", "Number 2 names the hash of number 1.",
              filed(messages, FIRST, _WITH_ANOTHER_BEFORE), Reason.DOCUMENT_PREVIOUS),
        proof("report-proof-of-another-report", "Other keys make another report.",
              filed(messages, box_key=ANNA.chain.key(0).public_key), Reason.OTHER_REPORT),
        proof("report-proof-twice", "A message is there once.", filed([*messages, messages[1]]),
              Reason.ORDER),
        proof("report-proof-by-somebody-else", "The header's signature.",
              first(signature=second.signature), Reason.SIGNATURE),
        proof("report-proof-with-a-day-alone", "Day and proof go together.", first(proof=None),
              Reason.FIELDS),
        proof("report-proof-of-another-day", "The host signed for another.",
              first(received_on=FIRST_DAY), Reason.PROOF),
        proof("report-proof-by-another-host", "No document of the line names its key.",
              filed(at_new_host), Reason.PROOF),
        proof("report-proof-with-another-body", "Not the one that the header names.",
              first(body=second.body), Reason.BODY_HASH),
        proof("report-proof-with-a-key-alone", "A content key without a body.", first(body=None),
              Reason.FIELDS),
        proof("report-proof-with-another-key", "The body commits to its own.",
              first(content_key=second.content_key), Reason.COMMITMENT),
        *handed_over(),
    ]  # fmt: skip
    return file("report-proof", "Proofs of report (files.md section 1).", vectors)


def _taken_over() -> list[ProvenMessage]:
    kept = Kept(Conversation(), [])
    kept.say(REPORTER, "Opgeschreven door Anna.")
    kept.say(
        REPORTER,
        "Onder eigen code.",
        Tag.SUCCESSION,
        successor=scene.successor(),
        key=scene.CALLER_KEYS.signing,
    )
    return kept.messages
