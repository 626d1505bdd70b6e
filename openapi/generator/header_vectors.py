"""Vectors of message headers (section 7.1)."""

from datetime import timedelta
from typing import Any, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Header, Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, FILES, REPORTER_KEYS, TODAY, in_order
from openapi.generator.vector import Vector

_DAY: Final = timedelta(days=1)
_SEEN: Final = (ids.message_id(scene.header().to_json()),)


def headers() -> list[Vector]:
    """Headers that hold, and those that break one rule."""

    def parse(name: str, comment: str, author: Participant = REPORTER,
              refused: Reason | None = None, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        data = scene.header(author, **changes).to_json()
        return Vector("parse-header", name, comment, {"header": data.decode()}, refused)

    def replaced(name: str, comment: str, old: str, new: str, refused: Reason,
                 **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        data = scene.header(**changes).to_json().decode()
        if old not in data:
            raise AssertionError(name)
        return Vector("parse-header", name, comment, {"header": data.replace(old, new, 1)}, refused)

    shown = scene.header().model_dump(mode="json", by_alias=True)
    (anna, bram), body = shown["readers"], shown["body"]
    spare = chr(ord(body[-1]) + 1)
    later: dict[str, Any] = {"n": 1, "seen": _SEEN}
    with_files = {**later, "tag": Tag.MESSAGE, "attachments": FILES}
    first, second = map(encode_base64url, FILES)
    listed = f'"attachments":["{first}","{second}"]'
    shown_to_chris = in_order(ANNA.id, CHRIS.id, REPORTER)
    tag, fields = Reason.TAG_NOT_ALLOWED, Reason.HEADER_FIELDS
    return [
        parse("header-report", "The first message of a report."),
        parse("header-answer", "A handler's answer.", ANNA.id),
        parse("header-note", "A note among handlers.", ANNA.id, readers=in_order(ANNA.id, BRAM.id)),
        parse("header-pause", "A pause has a last day.", ANNA.id, tag=Tag.PAUSE,
              until=TODAY + _DAY),
        parse("header-withdrawal", "With cooling-off.", **later, tag=Tag.WITHDRAWAL,
              immediate=False),
        parse("header-oral", "Written down for a caller.", origin="oral"),
        parse("header-consultation", "Asks for advice.", origin="consultation"),
        parse("header-admit", "The newcomer reads it too.", ANNA.id, tag=Tag.ADMIT,
              admits=CHRIS.id, readers=shown_to_chris),
        parse("header-succession", "With the keys that take over.", **later, tag=Tag.SUCCESSION,
              successor=scene.successor()),
        parse("header-files", "With two files.", **later, tag=Tag.MESSAGE, attachments=FILES),
        parse("header-answer-with-files", "A handler sends files too.", ANNA.id, tag=Tag.FEEDBACK,
              attachments=FILES),
        parse("report-with-files", "Files come after the report.", refused=fields,
              attachments=FILES),
        parse("withdrawal-with-files", "What ends a report brings none.", refused=fields, **later,
              tag=Tag.WITHDRAWAL, immediate=True, attachments=FILES),
        parse("succession-with-files", "Nor does new keys.", refused=fields, **later,
              tag=Tag.SUCCESSION, successor=scene.successor(), attachments=FILES),
        replaced("no-files-listed", "Without files the field is absent.", listed,
                 '"attachments":[]', Reason.FIELDS, **with_files),
        replaced("files-unsorted", "One set, one spelling.", f'"{first}","{second}"',
                 f'"{second}","{first}"', Reason.ORDER, **with_files),
        replaced("file-twice", "No file twice.", f'"{first}","{second}"', f'"{first}","{first}"',
                 Reason.ORDER, **with_files),
        replaced("file-id-of-another-length", "An id of 15 bytes.", f'"{first}"',
                 '"AAAAAAAAAAAAAAAAAAAA"', Reason.LENGTH, **with_files),
        parse("reporter-closes", "Not a reporter's tag.", refused=tag, **later, tag=Tag.CLOSING),
        parse("handler-withdraws", "Not a handler's tag.", ANNA.id, tag, tag=Tag.WITHDRAWAL,
              immediate=True),
        parse("report-later", "A report is message 0.", refused=tag, **later),
        parse("message-first", "Message 0 is a report.", refused=tag, tag=Tag.MESSAGE),
        parse("reporter-with-day", "A reporter's clock could point at them.", refused=fields,
              day=TODAY),
        parse("sealed-to-reporter", "A seized receipt must not be a confession.", refused=fields,
              readers=in_order(ANNA.id, REPORTER)),
        parse("first-with-seen", "Nothing comes before the first.", refused=fields, seen=_SEEN),
        parse("later-without-seen", "Something does.", refused=fields, n=1, tag=Tag.MESSAGE),
        parse("handler-without-day", "Handlers date their messages.", ANNA.id, fields, day=None),
        parse("handler-not-reader", "An author reads what they wrote.", ANNA.id, fields,
              readers=in_order(BRAM.id, REPORTER)),
        parse("hidden-closing", "The reporter reads what changes the state.", ANNA.id, fields,
              tag=Tag.CLOSING, readers=in_order(ANNA.id, BRAM.id)),
        parse("pause-without-end", "A pause has a last day.", ANNA.id, fields, tag=Tag.PAUSE),
        parse("pause-ends-today", "After the day it starts.", ANNA.id, fields, tag=Tag.PAUSE,
              until=TODAY),
        parse("message-with-end", "Only pauses have one.", ANNA.id, fields, until=TODAY + _DAY),
        parse("oral-later", "The first message says it.", refused=fields, **later,
              tag=Tag.MESSAGE, origin="oral"),
        parse("consultation-later", "The first message says it.", refused=fields, **later,
              tag=Tag.MESSAGE, origin="consultation"),
        parse("oral-by-a-handler", "A reporter's word.", ANNA.id, fields, origin="oral"),
        parse("reporter-admits", "Not a reporter's tag.", refused=tag, **later, tag=Tag.ADMIT,
              admits=CHRIS.id),
        parse("handler-succeeds", "Not a handler's tag.", ANNA.id, tag, tag=Tag.SUCCESSION,
              successor=scene.successor()),
        parse("admit-nobody", "Somebody is let in.", ANNA.id, fields, tag=Tag.ADMIT),
        parse("message-that-admits", "Only an admission does.", ANNA.id, fields, admits=CHRIS.id,
              readers=shown_to_chris),
        parse("admit-oneself", "Somebody else.", ANNA.id, fields, tag=Tag.ADMIT, admits=ANNA.id),
        parse("admit-unseen", "The newcomer reads the admission.", ANNA.id, fields, tag=Tag.ADMIT,
              admits=CHRIS.id),
        parse("admit-hidden-from-the-reporter", "The reporter sees who comes in.", ANNA.id, fields,
              tag=Tag.ADMIT, admits=CHRIS.id, readers=in_order(ANNA.id, CHRIS.id)),
        parse("succession-without-keys", "The keys that take over.", refused=fields, **later,
              tag=Tag.SUCCESSION),
        parse("message-with-keys", "Only a succession has them.", refused=fields, **later,
              tag=Tag.MESSAGE, successor=scene.successor()),
        parse("withdrawal-undecided", "Now or later must be said.", refused=fields, **later,
              tag=Tag.WITHDRAWAL),
        replaced("unknown-tag", "Of a later version.", '"tag":"report"', '"tag":"handover"',
                 Reason.FIELDS),
        replaced("unknown-origin", "Of a later version.", '"readers"',
                 '"origin":"letter","readers"', Reason.FIELDS),
        replaced("unknown-field", "The field set is closed.", '"n":0', '"n":0,"more":1',
                 Reason.FIELDS),
        replaced("negative-n", "Counts start at 0.", '"n":0', '"n":-1', Reason.FIELDS),
        replaced("no-readers", "Somebody reads.", f'"readers":["{anna}","{bram}"]', '"readers":[]',
                 Reason.FIELDS),
        replaced("readers-unsorted", "One set, one spelling.", f'"{anna}","{bram}"',
                 f'"{bram}","{anna}"', Reason.ORDER),
        replaced("reader-twice", "Nobody twice.", f'"{anna}","{bram}"', f'"{anna}","{anna}"',
                 Reason.ORDER),
        replaced("author-of-another-length", "An id of 15 bytes.", '"author":"reporter"',
                 '"author":"AAAAAAAAAAAAAAAAAAAA"', Reason.LENGTH),
        replaced("hash-spare-bits", "One spelling.", f'{body}"', f'{body[:-1]}{spare}"',
                 Reason.BASE64URL),
        replaced("white-space", "Signed bytes have one form.", '"n":0', '"n": 0',
                 Reason.JSON_NOT_CANONICAL),
        replaced("key-twice", "The second author.", '"n":0', '"author":"reporter","n":0',
                 Reason.JSON_DUPLICATE_KEY),
    ]  # fmt: skip


def signed_headers(header: Header) -> list[Vector]:
    """Check the signature of a reporter's first header."""
    data = header.to_json()
    good = REPORTER_KEYS.signing.sign(MESSAGE_LABEL, data)

    def check(name: str, comment: str, refused: Reason | None = Reason.SIGNATURE,
              **changes: str) -> Vector:  # fmt: skip
        given = {"header": data.decode(), "signature": good.hex(),
                 "signingKey": REPORTER_KEYS.signing.public_key.hex()}  # fmt: skip
        return Vector("verify-header", name, comment, given | changes, refused)

    return [
        check("signed-header", "As signed.", None),
        check("header-changed", "One reader fewer.",
              header=scene.header(body=header.body, readers=(ANNA.id,)).to_json().decode()),
        check("header-of-another-author", "Anna's key.",
              signingKey=ANNA.signing.public_key.hex()),
        check("header-other-label", "Signed as a line document.",
              signature=REPORTER_KEYS.signing.sign("mp1/line-document", data).hex()),
    ]  # fmt: skip
