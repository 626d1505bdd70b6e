"""Vectors of lines: key chain, document and box keys (sections 5 and 6)."""

from datetime import timedelta
from typing import Any, Final

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BOX_KEY_LABEL, BoxKeyStatement, SignedBoxKey
from meldpunt.protocol.verify.clock import CheckIn, Clock, MetBy, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.key_chain import ROTATION_LABEL, Rotation
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    LineDocument,
    ListedHandler,
)
from meldpunt.protocol.verify.served import ServedLine
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, FIRST_DAY, LINE, LINE_KEY, NEXT_LINE_KEY, TODAY
from openapi.generator.vector import Vector, VectorFile, file

_DAY: Final = timedelta(days=1)
_LOW_ORDER: Final = bytes(31) + b"\x80"
_DOCUMENT: Final = scene.document()
_FIRST_HASH: Final = ids.document_hash(_DOCUMENT.to_json())
_SECOND: Final = scene.document(number=2, previous=_FIRST_HASH)


def _chains() -> list[Vector]:
    def chain(name: str, comment: str, *rotations: Rotation, refused: Reason | None = None,
              first: bytes = LINE_KEY.public_key) -> Vector:  # fmt: skip
        given = {
            "lineId": LINE.hex(),
            "firstKey": first.hex(),
            "rotations": [
                {
                    "statement": rotation.statement.decode(),
                    "oldSignature": rotation.old_signature.hex(),
                    "newSignature": rotation.new_signature.hex(),
                }
                for rotation in rotations
            ],
        }
        return Vector("verify-key-chain", name, comment, given, refused)

    good, third = scene.rotation(), scene.signing_key("third line")
    by_old = LINE_KEY.sign(ROTATION_LABEL, good.statement)
    return [
        chain("chain", "One key."),
        chain("chain-rotated", "Two rotations.", good,
              scene.rotation(NEXT_LINE_KEY, third, number=2)),
        chain("first-key-of-another-line", "It does not hash to the line id.",
              first=scene.signing_key("other line").public_key, refused=Reason.FIRST_KEY),
        chain("first-key-of-small-order", "Refused before it is hashed.", first=_LOW_ORDER,
              refused=Reason.PUBLIC_KEY),
        chain("rotation-by-old-key-only", "Both signatures are the old key's.",
              good.model_copy(update={"new_signature": by_old}), refused=Reason.SIGNATURE),
        chain("rotation-by-new-key-only", "Both signatures are the new key's.",
              good.model_copy(update={"old_signature": good.new_signature}),
              refused=Reason.SIGNATURE),
        chain("rotation-of-another-line", "The statement names another line.",
              scene.rotation(line_id=scene.OTHER_LINE), refused=Reason.OTHER_LINE),
        chain("rotation-left-out", "The chain starts with number 2.",
              scene.rotation(NEXT_LINE_KEY, third, number=2), refused=Reason.ROTATION),
        chain("rotation-out-of-step", "The first rotation says number 2.",
              scene.rotation(number=2), refused=Reason.ROTATION),
        chain("rotation-to-small-order", "The new key is of small order.",
              scene.rotation(new_key=_LOW_ORDER), refused=Reason.PUBLIC_KEY),
    ]  # fmt: skip


def _document(
    name: str,
    comment: str,
    shown: LineDocument | bytes,
    refused: Reason | None = None,
    *,
    key: SigningKey = LINE_KEY,
    keys: tuple[SigningKey, ...] = (LINE_KEY,),
) -> Vector:
    data = shown if isinstance(shown, bytes) else shown.to_json()
    given = {
        "lineId": LINE.hex(),
        "keys": [k.public_key.hex() for k in keys],
        "document": data.decode(),
        "signature": key.sign(DOCUMENT_LABEL, data).hex(),
    }
    return Vector("verify-document", name, comment, given, refused)


def _documents() -> list[Vector]:
    def broken(name: str, comment: str, refused: Reason, **changes: Any) -> Vector:  # noqa: ANN401 (any field)
        return _document(name, comment, scene.document(**changes), refused)

    def replaced(name: str, comment: str, old: str, new: str, refused: Reason) -> Vector:
        data = _DOCUMENT.to_json().decode()
        if old not in data:
            raise AssertionError(name)
        return _document(name, comment, data.replace(old, new, 1).encode(), refused)

    return [
        _document("document", "Number 1.", _DOCUMENT),
        _document("document-second", "It names number 1 by hash.", _SECOND),
        _document("document-of-second-key", "Signed by the key of its number.",
                  scene.document(key_number=1), key=NEXT_LINE_KEY, keys=(LINE_KEY, NEXT_LINE_KEY)),
        broken("document-of-another-line", "Another line id.", Reason.OTHER_LINE,
               line_id=scene.OTHER_LINE),
        broken("document-too-long", "Valid for 91 days.", Reason.DOCUMENT_DATES,
               expires_on=FIRST_DAY + 91 * _DAY),
        broken("document-ends-before-it-starts", "Dates in the wrong order.",
               Reason.DOCUMENT_DATES, expires_on=FIRST_DAY - _DAY),
        broken("first-document-with-previous", "Number 1 follows nothing.",
               Reason.DOCUMENT_PREVIOUS, previous=_FIRST_HASH),
        broken("second-document-without-previous", "Number 2 follows something.",
               Reason.DOCUMENT_PREVIOUS, number=2),
        broken("two-handlers-one-key", "One key, one handler.", Reason.HANDLER_DUPLICATE,
               handlers=(ANNA.entry(), ANNA.entry(name="Somebody else"))),
        broken("handler-id-not-the-hash", "The id of a colleague.", Reason.HANDLER_ID,
               handlers=(ANNA.entry(id=BRAM.id),)),
        broken("handler-key-of-small-order", "Checked for every handler.", Reason.PUBLIC_KEY,
               handlers=(ANNA.entry(signing_key=_LOW_ORDER),)),
        broken("key-number-past-the-chain", "No such key.", Reason.KEY_NUMBER, key_number=1),
        _document("document-by-a-stranger", "Another key's signature.", _DOCUMENT,
                  Reason.SIGNATURE, key=scene.signing_key("other line")),
        _document("document-by-a-replaced-key", "It claims key 1, signed by key 0.",
                  scene.document(key_number=1), Reason.SIGNATURE, keys=(LINE_KEY, NEXT_LINE_KEY)),
        replaced("unknown-field", "The field set is closed.", '{"version":1',
                 '{"version":1,"more":1', Reason.FIELDS),
        replaced("missing-field", "No cooling-off term.", '"withdrawalTerm":"P14D",', "",
                 Reason.FIELDS),
        replaced("version-2", "Another version.", '"version":1', '"version":2', Reason.FIELDS),
        replaced("number-as-text", "A number is a number.", '"number":1', '"number":"1"',
                 Reason.FIELDS),
        replaced("number-as-truth", "And true is not 1.", '"number":1', '"number":true',
                 Reason.FIELDS),
        replaced("origin-with-path", "Scheme and authority only.", "meldpunt.example",
                 "meldpunt.example/", Reason.FIELDS),
        replaced("origin-in-capitals", "One spelling.", "meldpunt.example", "Meldpunt.example",
                 Reason.FIELDS),
        replaced("white-space", "Signed bytes have one form.", '"number":1', '"number": 1',
                 Reason.JSON_NOT_CANONICAL),
        replaced("day-of-another-form", "One spelling.", '"2026-11-01"', '"2026-11-1"',
                 Reason.FIELDS),
    ]  # fmt: skip


def _promises() -> list[Vector]:
    """Clocks of a reopening and of the host's confirmation, check-ins, theme and pages."""

    def clock(
        name: str, comment: str, moment: Moment, met_by: MetBy, *, later: bool = False
    ) -> Vector:
        made = Clock.model_construct(
            name="a-clock", starts_at=moment, term=Term(7, "D"), met_by=met_by,
            starts_no_later_than=Term(1, "D") if later else None,
        )  # fmt: skip
        data = scene.document().model_copy(update={"clocks": (made,)}).to_json()
        return _document(name, comment, data, Reason.FIELDS)

    whole = scene.document(
        theme=ids.text_hash(b"theme"),
        pages=(ids.text_hash(b"newest page"), ids.text_hash(b"page before")),
        clocks=(
            Clock(
                name="receipt", starts_at=Moment.RECEIVED, term=Term(7, "D"), met_by=MetBy.RECEIPT
            ),
            Clock(
                name="again", starts_at=Moment.REOPENED, term=Term(6, "W"), met_by=MetBy.FEEDBACK
            ),
        ),
        check_ins=(
            CheckIn(starts_at=Moment.RECEIVED, term=Term(6, "W")),
            CheckIn(starts_at=Moment.CLOSED, term=Term(2, "W")),
        ),
    )
    data = whole.to_json()
    return [
        _document("document-with-everything", "Theme, pages, check-ins, both clocks.", whole),
        _document("check-in-from-a-reopening", "Three moments only.",
                  data.replace(b'"startsAt":"closed"', b'"startsAt":"reopened"'), Reason.FIELDS),
        _document("no-check-ins", "An empty list is left out.",
                  scene.document(check_ins=None).to_json().replace(
                      b'"retention"', b'"checkIns":[],"retention"'), Reason.FIELDS),
        _document("five-pages", "Four at most.",
                  whole.model_copy(update={"pages": (ids.text_hash(b"page"),) * 5}).to_json(),
                  Reason.FIELDS),
        clock("clock-of-receipt-after-acknowledgement", "The confirmation comes with the receipt.",
              Moment.ACKNOWLEDGED, MetBy.RECEIPT),
        clock("clock-of-receipt-later", "It starts then.", Moment.RECEIVED, MetBy.RECEIPT,
              later=True),
        clock("clock-of-a-reopening-by-closing", "Only feedback answers a reopening.",
              Moment.REOPENED, MetBy.CLOSING),
        clock("clock-of-a-reopening-no-later", "Nobody has to reopen.", Moment.REOPENED,
              MetBy.FEEDBACK, later=True),
    ]  # fmt: skip


def _box_keys() -> list[Vector]:
    def box(name: str, comment: str, statement: BoxKeyStatement, refused: Reason | None = None,
            key: SigningKey = ANNA.signing) -> Vector:  # fmt: skip
        data = statement.to_json()
        given = {
            "lineId": LINE.hex(),
            "document": _DOCUMENT.to_json().decode(),
            "statement": data.decode(),
            "signature": key.sign(BOX_KEY_LABEL, data).hex(),
        }
        return Vector("verify-box-key", name, comment, given, refused)

    stranger = ids.HandlerId(bytes(16))
    return [
        box("box-key", "Sixty days.", ANNA.box_statement()),
        box("box-key-of-another-line", "A good key, for another line.",
            ANNA.box_statement(line_id=scene.OTHER_LINE), Reason.BOX_KEY_OTHER_LINE),
        box("box-key-of-nobody", "The document does not name this handler.",
            ANNA.box_statement(handler_id=stranger), Reason.BOX_KEY_OTHER_HANDLER),
        box("box-key-for-a-colleague", "Anna signs a key as Bram's.",
            ANNA.box_statement(handler_id=BRAM.id), Reason.SIGNATURE),
        box("box-key-by-the-line", "The line key signs no box keys.", ANNA.box_statement(),
            Reason.SIGNATURE, LINE_KEY),
        box("box-key-too-long", "Valid for 61 days.",
            ANNA.box_statement(not_after=FIRST_DAY + 61 * _DAY), Reason.BOX_KEY_DATES),
        box("box-key-ends-before-it-starts", "Dates in the wrong order.",
            ANNA.box_statement(not_after=FIRST_DAY - _DAY), Reason.BOX_KEY_DATES),
    ]  # fmt: skip


def _line(
    name: str,
    comment: str,
    shown: ServedLine,
    refused: Reason | None = None,
    **changes: Any,  # noqa: ANN401 (any field)
) -> Vector:
    given = {"lineId": LINE.hex(), "today": TODAY.isoformat(), "served": shown.to_json().decode()}
    return Vector("verify-line", name, comment, given | changes, refused)


def _pin(number: int, document: bytes, key_number: int = 0) -> dict[str, Any]:
    return {"number": number, "document": document.hex(), "keyNumber": key_number}


def _lines() -> list[Vector]:
    def signed(**changes: Any) -> SignedBoxKey:  # noqa: ANN401 (any field)
        return ANNA.sign_box(ANNA.box_statement(**changes))

    second_hash = ids.document_hash(_SECOND.to_json())
    newer = ANNA.sign_box(ANNA.box_statement(number=1, public_key=ANNA.chain.key(1).public_key))
    broken = signed(public_key=ANNA.chain.key(0).public_key[:1184] + bytes(32))
    past = _DOCUMENT.expires_on
    advised = scene.document(handlers=(ANNA.entry(function="adviser"),))
    helped = advised.to_json().replace(b'"adviser"', b'"helper"')
    rotated = (scene.rotation(),)
    return [
        _line("line", "Everything holds; every handler has a key.", scene.served()),
        _line("line-with-more", "What a later host adds to an answer is passed over.",
              scene.served(), served='{"more":1,' + scene.served().to_json().decode()[1:]),
        _line("line-with-more-in-a-rotation", "Inside its parts nothing is.",
              scene.served(), Reason.FIELDS, served=scene.served(rotations=rotated).to_json()
              .decode().replace('"oldSignature"', '"more":1,"oldSignature"')),
        _line("line-pinned", "The pinned document again.", scene.served(),
              pin=_pin(1, _FIRST_HASH)),
        _line("line-next", "The next document follows the pinned one.", scene.served(_SECOND),
              pin=_pin(1, _FIRST_HASH)),
        _line("line-rotated", "Signed by the second key.",
              scene.served(scene.document(key_number=1), key=NEXT_LINE_KEY, rotations=rotated)),
        _line("line-newest-key", "The higher number is sealed to.",
              scene.served(box_keys=(newer, signed()))),
        _line("line-key-of-the-past", "A key outside its dates is left aside.",
              scene.served(box_keys=(signed(not_after=TODAY - 3 * _DAY),))),
        _line("line-key-of-the-future", "The same before its first day.",
              scene.served(box_keys=(signed(not_before=TODAY + 3 * _DAY,
                                            not_after=TODAY + 9 * _DAY),))),
        _line("line-key-below-the-lowest", "A key of a lost device: as if it were not there.",
              scene.served(scene.document(handlers=(ANNA.entry(first_box_key=1),)),
                           box_keys=(signed(),))),
        _line("line-key-not-below-the-lowest", "The first one that counts.",
              scene.served(scene.document(handlers=(ANNA.entry(first_box_key=1),)),
                           box_keys=(newer, signed()))),
        _line("line-with-functions", "What handlers do, in which languages, and for whom.",
              scene.served(scene.document(handlers=(
                  ANNA.entry(function="adviser", languages=("nl", "en"), external=True),
                  BRAM.entry(function="investigator", external=False))), box_keys=(signed(),))),
        _line("line-with-another-function", "A function that nobody knows.",
              scene.served().model_copy(update={"document": helped}), Reason.FIELDS),
        _line("line-key-unusable", "An X25519 part of zero: as if there were no key.",
              scene.served(box_keys=(broken,))),
        _line("line-departed", "A handler who left has no key any more.",
              scene.served(scene.document(handlers=(ANNA.entry(until=TODAY),)),
                           box_keys=(signed(),))),
        _line("line-expired", "Usable with a warning.", scene.served(),
              today=(past + 30 * _DAY).isoformat()),
        _line("line-past-grace", "31 days after its last day.", scene.served(),
              Reason.DOCUMENT_EXPIRED, today=(past + 31 * _DAY).isoformat()),
        _line("line-of-the-future", "Signed three days from now.", scene.served(),
              Reason.DOCUMENT_DATES, today=(FIRST_DAY - 3 * _DAY).isoformat()),
        _line("line-below-pin", "An older document.", scene.served(), Reason.DOCUMENT_BELOW_PIN,
              pin=_pin(2, second_hash)),
        _line("line-fork", "Another document of the pinned number.",
              scene.served(scene.document(reader_count=3)), Reason.DOCUMENT_FORK,
              pin=_pin(1, _FIRST_HASH)),
        _line("line-wrong-previous", "Number 2 follows another number 1.", scene.served(_SECOND),
              Reason.DOCUMENT_PREVIOUS, pin=_pin(1, bytes(32))),
        _line("line-by-a-replaced-key", "Key 0 signs on after its rotation.",
              scene.served(_SECOND, rotations=rotated), Reason.KEY_NUMBER),
        _line("line-without-its-rotation", "The rotation is hidden from one who saw it.",
              scene.served(scene.document(number=3, previous=second_hash)), Reason.KEY_NUMBER,
              pin=_pin(2, second_hash, 1)),
        _line("line-bad-box-key", "One bad statement: the host should have refused it.",
              scene.served(box_keys=(signed(line_id=scene.OTHER_LINE),)),
              Reason.BOX_KEY_OTHER_LINE),
        _line("another-line", "Served for the id of another line.", scene.served(),
              Reason.FIRST_KEY, lineId=scene.OTHER_LINE.hex()),
    ]  # fmt: skip


def _handlers_kept() -> list[Vector]:
    """Bram has left on the day on which the newer document is signed, unless a vector says more."""
    anna, day = ANNA.entry(), TODAY
    left = BRAM.entry(until=day)

    def kept(name: str, comment: str, now: tuple[ListedHandler, ...], refused: Reason | None = None,
             *, before: tuple[ListedHandler, ...] = (anna, left)) -> Vector:  # fmt: skip
        older = scene.document(handlers=before)
        newer = _SECOND.model_copy(update={
            "handlers": now, "signed_on": day, "expires_on": day + 90 * _DAY})  # fmt: skip
        given = {"lineId": LINE.hex(), "older": older.to_json().decode(),
                 "newer": newer.to_json().decode()}  # fmt: skip
        return Vector("check-handlers-kept", name, comment, given, refused)

    wrong, going = Reason.DOCUMENT_PREVIOUS, BRAM.entry(until=day + _DAY)
    return [
        kept("handlers-kept", "The same people.", (anna, left)),
        kept("handlers-in-another-order", "And one more.", (scene.CHRIS.entry(), left, anna)),
        kept("handlers-renamed", "A name and a role.",
             (ANNA.entry(name="Anna", role="adviser"), left)),
        kept("handlers-leaving", "Today, or before it was written down.",
             (ANNA.entry(until=day - _DAY), left)),
        kept("handlers-staying-on", "The last day was still to come.", (anna, BRAM.entry()),
             before=(anna, going)),
        kept("handlers-leaving-later", "So it may move.", (anna, BRAM.entry(until=day + 9 * _DAY)),
             before=(anna, going)),
        kept("handlers-missing", "Nobody disappears.", (anna,), wrong),
        kept("handlers-back", "Nobody comes back.", (anna, BRAM.entry()), wrong),
        kept("handlers-leaving-again", "Nor for a while.",
             (anna, BRAM.entry(until=day + 9 * _DAY)), wrong),
        kept("handlers-gone-earlier", "Nor is it put back.",
             (anna, BRAM.entry(until=day - _DAY)), wrong),
        kept("handlers-lowest-key-raised", "Keys of a lost device count no more.",
             (ANNA.entry(first_box_key=9), left)),
        kept("handlers-lowest-key-lowered", "They never count again.",
             (ANNA.entry(first_box_key=8), left), wrong,
             before=(ANNA.entry(first_box_key=9), left)),
        kept("handlers-lowest-key-dropped", "Nor without a word.", (anna, left), wrong,
             before=(ANNA.entry(first_box_key=9), left)),
        kept("handlers-from-another-day", "Nobody begins anew.",
             (ANNA.entry(from_=day), left), wrong),
    ]  # fmt: skip


def lines() -> VectorFile:
    """Key chain, document, box keys and the whole answer."""
    vectors = [*_chains(), *_documents(), *_promises(), *_handlers_kept(), *_box_keys(), *_lines()]
    return file("line", "Lines: key chain, document, box keys, pins.", vectors)
