"""Vectors of proofs of reports that another line was asked to take (files.md section 1)."""

from typing import Any, Final

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.report_proof import ProvenLine, ProvenMessage, ReportProof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.proof import proof_bytes
from openapi.generator import scene
from openapi.generator.report_proof_scene import (
    FIRST,
    NEW_HOST,
    Kept,
    filed,
    kept_messages,
    proof,
    sign,
)
from openapi.generator.scene import (
    ANNA,
    BRAM,
    LINE_KEY,
    OTHER_LINE,
    TESS,
    THIRD_LINE,
    TODAY,
    VERA,
    Conversation,
    in_order,
)
from openapi.generator.vector import Vector

_OTHER_KEY: Final = scene.signing_key("other line")
_NEXT_OTHER_KEY: Final = scene.signing_key("next other line")
_OTHER: Final = scene.other_document()
_OTHER_MOVED: Final = scene.other_document(
    number=2,
    previous=ids.document_hash(_OTHER.to_json()),
    key_number=1,
    origins=("https://elsewhere.example",),
    receipt_key=NEW_HOST.public_key,
)
_OTHER_ROTATION: Final = scene.rotation(_OTHER_KEY, _NEXT_OTHER_KEY, line_id=OTHER_LINE)
_IMPOSTOR: Final = scene.signing_key("impostor")


def _other_line(
    *documents: LineDocument, key: SigningKey = _OTHER_KEY, **changes: object
) -> ProvenLine:
    """Return another line; `key` is its first, by which its documents are signed."""
    signed = tuple(sign(each, key, _NEXT_OTHER_KEY) for each in documents or (_OTHER,))
    fields: dict[str, Any] = {"first_key": key.public_key, "documents": signed}
    return ProvenLine(**(fields | changes))


def _asked(**changes: object) -> Kept:
    """Return a conversation in which another line was asked and has not answered."""
    kept = Kept(Conversation(), [])
    kept.say(REPORTER, "Facturen zijn dubbel betaald.")
    kept.say(
        REPORTER,
        "Wilt u dit behandelen?",
        Tag.CONSENT,
        handover=scene.handover(TESS, messages=kept.talk.messages, **changes),
        readers=in_order(ANNA.id, BRAM.id, TESS.id),
    )
    return kept


def _accepted(other: LineDocument = _OTHER) -> list[ProvenMessage]:
    theirs = ids.document_hash(other.to_json())
    kept = _asked(document=theirs)
    kept.say(
        TESS.id,
        "Wij nemen het op ons.",
        Tag.ACCEPTANCE,
        consent=kept.messages[-1].message_id,
        readers=in_order(REPORTER, TESS.id),
        document=theirs,
    )
    kept.say(REPORTER, "Dank u.", readers=(TESS.id,), document=theirs)
    return kept.messages


def _at_new_host(message: ProvenMessage) -> ProvenMessage:
    proof = NEW_HOST.sign_raw(proof_bytes(message.message_id, TODAY))
    return message.model_copy(update={"proof": proof})


def _without_a_day(message: ProvenMessage) -> ProvenMessage:
    return message.model_copy(update={"received_on": None, "proof": None})


def _handed(*lines: ProvenLine, shown: list[ProvenMessage] | None = None) -> ReportProof:
    return filed(shown or _accepted(), other_lines=lines or None)


def handed_over() -> list[Vector]:
    """Reports that another line was asked to take."""
    moved = _other_line(_OTHER_MOVED, _OTHER, rotations=(_OTHER_ROTATION,))
    return [
        proof("report-proof-handed-over", "What another line's handler answered.",
              _handed(_other_line())),
        proof("report-proof-handed-over-and-moved", "The other line has another key and host; the"
              " report stays where it is.", _handed(moved)),
        proof("report-proof-of-a-line-that-is-gone", "It was asked, and wrote nothing.",
              _handed(shown=_asked().messages)),
        *_lines_refused(),
        *_words_refused(),
        *_documents_refused(),
    ]  # fmt: skip


def _lines_refused() -> list[Vector]:
    other, vera = _other_line(), VERA.entry()
    third = _other_line(
        scene.other_document(line_id=THIRD_LINE, handlers=(vera,)),
        key=scene.signing_key("third line"),
    )
    both = sorted((other, third), key=lambda line: ids.line_id(line.first_key))
    own = _other_line(FIRST, key=LINE_KEY)
    none = _handed(shown=_asked().messages).model_copy(update={"other_lines": ()})
    return [
        proof("report-proof-without-the-other-line", "Nobody knows who answered.", _handed(),
              Reason.AUTHOR_UNKNOWN),
        proof("report-proof-with-a-line-that-was-not-asked", "No consent names it.",
              _handed(*both), Reason.OTHER_LINE),
        proof("report-proof-with-the-other-line-twice", "A line is there once.",
              _handed(other, other), Reason.ORDER),
        proof("report-proof-with-lines-in-another-order", "Sorted by id.",
              _handed(*reversed(both)), Reason.ORDER),
        proof("report-proof-with-its-own-line-as-another", "It has fields of its own.",
              _handed(own, shown=kept_messages()), Reason.ORDER),
        proof("report-proof-with-no-line-listed", "Then the field is absent.", none,
              Reason.FIELDS),
    ]  # fmt: skip


def _words_refused() -> list[Vector]:
    """Files whose maker lets another line vouch, one that was asked or one that was made up."""
    moved = _other_line(_OTHER_MOVED, _OTHER, rotations=(_OTHER_ROTATION,))
    report, consent, acceptance, last = _accepted()
    own = scene.other_document(receipt_key=NEW_HOST.public_key)
    invented, [_, forged, accepted, _] = _other_line(own), _accepted(own)
    return [
        proof("report-proof-by-another-lines-host", "Only the line of the report names its host.",
              _handed(moved, shown=[report, consent, acceptance, _at_new_host(last)]),
              Reason.PROOF),
        proof("report-proof-of-a-day-by-an-invented-line", "Its maker holds the receipt key.",
              _handed(invented, shown=[_at_new_host(report), _at_new_host(forged)]),
              Reason.OTHER_LINE),
        proof("report-proof-accepted-by-an-invented-line", "Its own receipt key signed for the"
              " consent that names it.",
              _handed(invented, shown=[report, *map(_at_new_host, (forged, accepted))]),
              Reason.OTHER_LINE),
        proof("report-proof-of-a-consent-without-a-day", "No host has taken it.",
              _handed(_other_line(), shown=[report, _without_a_day(consent), acceptance]),
              Reason.OTHER_LINE),
    ]  # fmt: skip


def _documents_refused() -> list[Vector]:
    impostor = _other_line(key=_IMPOSTOR)
    asked = _asked(line_id=ids.line_id(_IMPOSTOR.public_key)).messages
    unsigned = _other_line(first_key=_OTHER_KEY.public_key, key=_IMPOSTOR)
    newest = _other_line(_OTHER_MOVED, rotations=(_OTHER_ROTATION,))
    return [
        proof("report-proof-with-another-lines-document-by-another-key", "Not signed by its key.",
              _handed(unsigned), Reason.SIGNATURE),
        proof("report-proof-of-a-line-by-another-first-key", "It signed the document, but does not"
              " hash to the line's id.", _handed(impostor), Reason.OTHER_LINE),
        proof("report-proof-of-a-line-by-a-document-of-another", "The consent names the line of"
              " the first key.", _handed(impostor, shown=asked), Reason.OTHER_LINE),
        proof("report-proof-without-the-other-lines-document", "Its handler names an older one.",
              _handed(newest), Reason.DOCUMENT_UNKNOWN),
        proof("report-proof-with-another-lines-fork", "Two documents of one number.",
              _handed(_other_line(_OTHER, scene.other_document(reader_count=1))),
              Reason.DOCUMENT_FORK),
        proof("report-proof-with-another-lines-key-left-out", "The rotation is left out.",
              _handed(_other_line(_OTHER_MOVED, _OTHER)), Reason.KEY_NUMBER),
    ]  # fmt: skip
