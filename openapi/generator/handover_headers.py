"""Vectors of the headers of a handover (sections 7.1 and 9.7)."""

from datetime import timedelta
from typing import Any, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, TESS, in_order
from openapi.generator.vector import Vector

_SEEN: Final = (ids.message_id(scene.header().to_json()),)
_CONSENT: Final[dict[str, Any]] = {
    "n": 1,
    "tag": Tag.CONSENT,
    "seen": _SEEN,
    "handover": scene.handover(TESS, messages=_SEEN),
    "readers": in_order(ANNA.id, TESS.id),
}
_LATER: Final[dict[str, Any]] = {"n": 1, "seen": _SEEN}


def _parse(
    name: str, comment: str, author: Participant = REPORTER, refused: Reason | None = None,
    **changes: Any,  # noqa: ANN401 (any field)
) -> Vector:  # fmt: skip
    data = scene.header(author, **changes).to_json()
    return Vector("parse-header", name, comment, {"header": data.decode()}, refused)


def _consent(name: str, comment: str, refused: Reason | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any field)
    return _parse(name, comment, REPORTER, refused, **(_CONSENT | changes))


def _written(name: str, comment: str, old: str, new: str, refused: Reason) -> Vector:
    """Return a consent of which one part is written in another way."""
    data = scene.header(**_CONSENT).to_json().decode()
    if old not in data:
        raise AssertionError(name)
    return Vector("parse-header", name, comment, {"header": data.replace(old, new, 1)}, refused)


def headers() -> list[Vector]:
    """Headers that hold, and those that break one rule."""
    (message,), tess = map(encode_base64url, _SEEN), encode_base64url(TESS.id)
    answer: dict[str, Any] = {"consent": _SEEN[0]}
    monday = scene.handover(TESS, messages=_SEEN, until=scene.SUNDAY + timedelta(days=1))
    fields, tag = Reason.HEADER_FIELDS, Reason.TAG_NOT_ALLOWED
    return [
        _parse("header-proposal", "A handler suggests another line.", ANNA.id, tag=Tag.PROPOSAL,
               proposes=scene.OTHER_LINE),
        _consent("header-consent", "To whom, what, and until when."),
        _parse("header-acceptance", "It names the consent.", TESS.id, tag=Tag.ACCEPTANCE,
               readers=in_order(TESS.id, REPORTER), **answer),
        _parse("header-refusal", "It does too.", TESS.id, tag=Tag.REFUSAL,
               readers=in_order(TESS.id, REPORTER), **answer),
        _parse("handler-consents", "That is the reporter's.", ANNA.id, tag, tag=Tag.CONSENT,
               handover=_CONSENT["handover"]),
        _parse("reporter-accepts", "That is the other line's.", refused=tag, **_LATER,
               tag=Tag.ACCEPTANCE, **answer),
        _parse("reporter-proposes", "That is a handler's.", refused=tag, **_LATER,
               tag=Tag.PROPOSAL, proposes=scene.OTHER_LINE),
        _consent("consent-to-nothing", "It says to what.", fields, handover=None),
        _consent("message-with-handover", "Only consents have one.", fields, tag=Tag.MESSAGE),
        _consent("consent-hidden-from-those-asked", "They read it.", fields,
                 readers=in_order(ANNA.id, BRAM.id)),
        _consent("consent-until-a-monday", "A Sunday.", fields, handover=monday),
        _parse("acceptance-of-nothing", "It says of which consent.", ANNA.id, fields,
               tag=Tag.ACCEPTANCE),
        _parse("message-with-consent", "Only answers have one.", ANNA.id, fields, **answer),
        _parse("hidden-acceptance", "The reporter reads it.", ANNA.id, fields,
               tag=Tag.ACCEPTANCE, readers=in_order(ANNA.id, BRAM.id), **answer),
        _parse("proposal-of-nothing", "It says of which line.", ANNA.id, fields, tag=Tag.PROPOSAL),
        _parse("message-with-proposal", "Only proposals have one.", ANNA.id, fields,
               proposes=scene.OTHER_LINE),
        _written("consent-of-no-message", "At least one.", f'"messages":["{message}"]',
                 '"messages":[]', Reason.FIELDS),
        _written("consent-message-twice", "No message twice.", f'["{message}"],"until"',
                 f'["{message}","{message}"],"until"', Reason.ORDER),
        _written("consent-to-no-reader", "At least one.", f'["{tess}"],"messages"',
                 '[],"messages"', Reason.FIELDS),
        _written("consent-reader-twice", "Nobody twice.", f'["{tess}"],"messages"',
                 f'["{tess}","{tess}"],"messages"', Reason.ORDER),
        _written("consent-to-the-reporter", "Handlers only.", f'["{tess}"],"messages"',
                 '["reporter"],"messages"', Reason.LENGTH),
        _written("consent-with-more", "A closed set of fields.", '"handover":{',
                 '"handover":{"who":1,', Reason.FIELDS),
    ]  # fmt: skip
