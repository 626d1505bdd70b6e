"""Vectors of consultations: whose word it is that a handler of another line asks (section 9.8)."""

from datetime import timedelta
from typing import Any, Final

from meldpunt.protocol.consultation import sign_consultation_note
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.payload import ConsultationNote, make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, FIRST_DAY, OTHER_LINE, TODAY
from openapi.generator.vector import Vector, VectorFile, file

_DAY: Final = timedelta(days=1)
_EVA: Final = scene.signing_key("Eva Smits")
"""Handles reports on the line that asks; Anna and Bram are asked."""
_EVA_ID: Final = ids.handler_id(OTHER_LINE, _EVA.public_key)
_LAST_DAY: Final = FIRST_DAY + timedelta(days=90)


def _asking(**changes: object) -> LineDocument:
    """Return the document of the line that asks."""
    entry = ANNA.entry(id=_EVA_ID, name="Eva Smits", signing_key=_EVA.public_key)
    handlers = (entry.model_copy(update=changes),)
    return scene.document(line_id=OTHER_LINE, handlers=handlers)


def _note(
    key: SigningKey = _EVA,
    *,
    handler: ids.HandlerId = _EVA_ID,
    line: ids.LineId = OTHER_LINE,
    asked: ids.LineId = scene.LINE,
    report: ids.ReportId = scene.REPORT,
) -> ConsultationNote:
    return sign_consultation_note(key, handler=handler, line=line, asked=asked, report=report)


def _given(note: ConsultationNote | None, document: LineDocument, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 (any field)
    today = changes.pop("today", TODAY)
    header = scene.header(**({"origin": "consultation"} | changes))
    payload = make_payload("Een casus zonder namen.", language="nl", consultation=note)
    return {
        "lineId": document.line_id.hex(),
        "document": document.to_json().decode(),
        "today": today.isoformat(),
        "header": header.to_json().decode(),
        "payload": payload.to_json().decode(),
    }


def _notes() -> list[Vector]:
    def checks(name: str, comment: str, note: ConsultationNote | None,
               refused: Reason | None = Reason.CONSULTATION,
               document: LineDocument | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        given = _given(note, document or _asking(), **changes)
        return Vector("check-consultation-note", name, comment, given, refused)

    stranger = scene.signing_key("stranger")
    nobody = ids.handler_id(OTHER_LINE, stranger.public_key)
    later: dict[str, Any] = {"n": 1, "tag": Tag.MESSAGE, "origin": None,
             "seen": (ids.message_id(scene.header().to_json()),)}  # fmt: skip
    return [
        checks("consultation-note", "Eva asks, of the other line.", _note(), None),
        checks("consultation-note-absent", "An ordinary report.", None, None, origin=None),
        checks("consultation-under-an-old-document", "Up to 30 days past its end.", _note(), None,
               today=_LAST_DAY + 30 * _DAY),
        checks("consultation-by-one-who-will-leave", "Not gone yet.", _note(), None,
               _asking(until=TODAY + _DAY)),
        checks("consultation-without-a-note", "The header alone.", None),
        checks("consultation-note-alone", "The payload alone.", _note(), origin=None),
        checks("consultation-note-in-an-oral-report", "Another origin.", _note(), origin="oral"),
        checks("consultation-note-in-a-later-message", "The first message has it.", _note(),
               **later),
        checks("consultation-by-a-colleague", "Bram signs for Eva.", _note(BRAM.signing)),
        checks("consultation-by-a-stranger", "Whom the document does not name.",
               _note(stranger, handler=nobody)),
        checks("consultation-by-one-who-left", "Today is a day too late.", _note(),
               document=_asking(until=TODAY)),
        checks("consultation-by-one-who-is-to-come", "From next week on.", _note(),
               document=_asking(from_=TODAY + 7 * _DAY)),
        checks("consultation-of-another-report", "Moved to another report.",
               _note(report=ids.ReportId(bytes(32)))),
        checks("consultation-on-another-line", "Asked elsewhere, and moved here.",
               _note(asked=OTHER_LINE)),
        checks("consultation-for-another-line", "The note names the line that is asked.",
               _note(line=scene.LINE)),
        checks("consultation-under-another-lines-document", "Anna's line vouches for nobody else.",
               _note(), document=scene.document()),
        checks("consultation-under-a-stale-document", "31 days past its end.", _note(),
               today=_LAST_DAY + 31 * _DAY),
    ]  # fmt: skip


def _signed_otherwise() -> list[Vector]:
    """A signature of Eva's that was made for something else."""
    good = _note()
    parts = {
        "oral": ("mp1/oral", scene.LINE + scene.REPORT),
        "swapped": ("mp1/consultation", OTHER_LINE + scene.REPORT + scene.LINE),
        "shorter": ("mp1/consultation", scene.LINE + scene.REPORT),
    }
    return [
        Vector(
            "check-consultation-note",
            f"consultation-signature-{name}",
            f"Eva signed something else under {label}.",
            _given(
                good.model_copy(update={"signature": _EVA.sign(label, statement)}),
                _asking(),
            ),
            Reason.CONSULTATION,
        )
        for name, (label, statement) in parts.items()
    ]


def consultations() -> VectorFile:
    """Who asks for advice."""
    return file(
        "consultation",
        "A handler of one line asks those of another.",
        [*_notes(), *_signed_otherwise()],
    )
