"""Vectors of oral reports, and of the caller who takes one over (section 9.6)."""

from typing import Any, Final

from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.protocol.oral import sign_oral_note
from meldpunt.protocol.payload import OralNote, make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Successor, Tag
from openapi.generator import scene
from openapi.generator.log_vectors import Served, log_vector, readers_vector
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CALLER_KEYS,
    CHRIS,
    REPORTER_KEYS,
    Conversation,
    in_order,
)
from openapi.generator.vector import Vector, VectorFile, file

_OTHER_KEYS: Final = ReporterKeys.from_seed(scene.secret("second caller"))
_OLD: Final = REPORTER_KEYS.signing


def _oral() -> Conversation:
    conversation = Conversation()
    conversation.say(REPORTER, origin="oral")
    conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT)
    return conversation


def _taken_over(**changes: Any) -> Conversation:  # noqa: ANN401 (any field)
    conversation = _oral()
    conversation.succeed(**changes)
    conversation.say(ANNA.id)
    conversation.say(REPORTER, key=CALLER_KEYS.signing)
    return conversation


def _behind(tag: Tag = Tag.MESSAGE, **changes: Any) -> Served:  # noqa: ANN401 (any field)
    """Return a log in which the given code's holder goes on writing, as if it had come before."""
    conversation = _oral()
    known = tuple(sorted(conversation.newest.values()))
    conversation.succeed()
    forged = {"n": 1, "seen": known, "readers": (CHRIS.id,)} | changes
    conversation.say(REPORTER, tag, key=_OLD, **forged)
    return conversation.without()


def _afterwards() -> Served:
    conversation = _taken_over()
    conversation.say(REPORTER, key=_OLD)
    return conversation.without()


def _second_by_the_new_key() -> Served:
    conversation = _taken_over()
    statement = scene.successor(_OTHER_KEYS, replaced=CALLER_KEYS.signing)
    conversation.succeed(_OTHER_KEYS, successor=statement)
    return conversation.without()


def _second_by_the_old_key() -> Served:
    conversation = _taken_over()
    conversation.succeed(_OTHER_KEYS)
    return conversation.without()


def _two_at_once() -> Served:
    conversation = _oral()
    known = tuple(sorted(conversation.newest.values()))
    conversation.succeed()
    conversation.counts[REPORTER] = 1
    conversation.succeed(_OTHER_KEYS, seen=known)
    return conversation.without()


def _logs() -> list[Vector]:
    return [
        log_vector("succession", "From here on the new key signs.", _taken_over().without()),
        log_vector("succession-backwards", "In any order.", _taken_over().without()[::-1]),
        log_vector("old-key-afterwards", "Left out, and told.", _afterwards()),
        log_vector("old-key-behind-the-succession", "The succession has not seen it: left out. It"
                   " lets nobody in.", _behind()),
        log_vector("old-key-withdraws-behind-it", "Nor does it erase.",
                   _behind(Tag.WITHDRAWAL, immediate=True)),
        log_vector("second-succession-by-the-new-key", "One is all.", _second_by_the_new_key()),
        log_vector("second-succession-by-the-old-key", "The first one wins.",
                   _second_by_the_old_key()),
        log_vector("two-successions", "One is shown, so that all see the same.", _two_at_once()),
        readers_vector("readers-after-a-succession", "Those it names.", _taken_over().without(),
                       in_order(ANNA.id, BRAM.id, REPORTER)),
        readers_vector("readers-with-two-successions", "Nothing is sealed: nobody can tell which is"
                       " the reporter's.", _two_at_once(), (ANNA.id,), Reason.SUCCEEDED),
        readers_vector("readers-with-an-old-key-speaking", "The same.", _behind(), (ANNA.id,),
                       Reason.SUCCEEDED),
        log_vector("new-key-before-the-succession", "Nothing hands over to it.",
                   _taken_over().without()[-1:], refused=Reason.SIGNATURE),
        log_vector("succession-re-signed-by-the-old-key", "The new key signs the message: whoever"
                   " knows the given code cannot change its readers.",
                   _taken_over(key=_OLD, readers=(CHRIS.id,)).without(),
                   refused=Reason.SIGNATURE),
        log_vector("succession-handed-over-by-a-stranger", "The replaced key hands over.",
                   _taken_over(successor=scene.successor(replaced=CHRIS.signing)).without(),
                   refused=Reason.SUCCESSION),
        log_vector("succession-of-another-report", "A statement moved.",
                   _taken_over(successor=scene.successor(report=ids.ReportId(bytes(32)))).without(),
                   refused=Reason.SUCCESSION),
        log_vector("succession-on-another-line", "A statement moved.",
                   _taken_over(successor=scene.successor(line=scene.OTHER_LINE)).without(),
                   refused=Reason.SUCCESSION),
        log_vector("succession-to-other-box-keys", "A box key swapped.",
                   _taken_over(successor=_swapped()).without(), refused=Reason.SUCCESSION),
        log_vector("succession-to-the-same-key", "That replaces nothing.",
                   _taken_over(successor=_to(_OLD.public_key), key=_OLD).without(),
                   refused=Reason.SUCCESSION),
        log_vector("succession-to-a-small-order-key", "Checked before it verifies anything.",
                   _taken_over(successor=_to(bytes(32))).without(), refused=Reason.PUBLIC_KEY),
    ]  # fmt: skip


def _swapped() -> Successor:
    return scene.successor().model_copy(update={"box_key": REPORTER_KEYS.box.public_key})


def _to(signing_key: bytes) -> Successor:
    """Return a statement, well signed by the old key, about a signing key nobody should take."""
    box_key = CALLER_KEYS.box.public_key
    statement = Successor.statement(
        line=scene.LINE, report=scene.REPORT, signing_key=signing_key, box_key=box_key
    )
    signature = _OLD.sign("mp1/succession", statement)
    return Successor(signing_key=signing_key, box_key=box_key, signature=signature)


def _signed() -> list[Vector]:
    header = scene.header(
        n=1,
        tag=Tag.SUCCESSION,
        seen=(ids.message_id(scene.header().to_json()),),
        successor=scene.successor(),
    )
    data = header.to_json()

    def verifies(
        name: str, comment: str, signer: SigningKey, replaced: SigningKey,
        refused: Reason | None = None,
    ) -> Vector:  # fmt: skip
        given = {
            "header": data.decode(),
            "signature": signer.sign(MESSAGE_LABEL, data).hex(),
            "signingKey": replaced.public_key.hex(),
        }
        return Vector("verify-header", name, comment, given, refused)

    new = CALLER_KEYS.signing
    return [
        verifies("signed-succession", "`signingKey` is the replaced one.", new, _OLD),
        verifies("succession-not-signed-by-the-new-key", "The replaced one signs the statement.",
                 _OLD, _OLD, Reason.SIGNATURE),
        verifies("succession-of-another-key", "Another key's report.", new, CHRIS.signing,
                 Reason.SUCCESSION),
    ]  # fmt: skip


def _notes() -> list[Vector]:
    def note(key: SigningKey = ANNA.signing, handler: ids.HandlerId = ANNA.id,
             line: ids.LineId = scene.LINE,
             report: ids.ReportId = scene.REPORT) -> OralNote:  # fmt: skip
        return sign_oral_note(key, handler=handler, line=line, report=report)

    def checks(name: str, comment: str, oral: OralNote | None,
               refused: Reason | None = Reason.ORAL, **changes: Any) -> Vector:  # noqa: ANN401 (any field) # fmt: skip
        header = scene.header(**({"origin": "oral"} | changes))
        given = {
            "lineId": scene.LINE.hex(),
            "document": scene.document().to_json().decode(),
            "header": header.to_json().decode(),
            "payload": make_payload("Een telefoontje.", language="nl", oral=oral)
            .to_json()
            .decode(),
        }
        return Vector("check-oral-note", name, comment, given, refused)

    stranger = scene.signing_key("stranger")
    nobody = ids.handler_id(scene.LINE, stranger.public_key)
    later: dict[str, Any] = {"n": 1, "tag": Tag.MESSAGE, "origin": None,
             "seen": (ids.message_id(scene.header().to_json()),)}  # fmt: skip
    return [
        checks("oral-note", "Anna wrote it down.", note(), None),
        checks("oral-note-absent", "An ordinary report.", None, None, origin=None),
        checks("oral-without-a-note", "The header alone.", None),
        checks("oral-note-alone", "The payload alone.", note(), origin=None),
        checks("oral-note-in-a-later-message", "The first message has it.", note(), **later),
        checks("oral-note-by-a-colleague", "Bram signs for Anna.", note(BRAM.signing)),
        checks("oral-note-by-a-stranger", "Whom the document does not name.",
               note(stranger, nobody)),
        checks("oral-note-of-another-report", "Moved.", note(report=ids.ReportId(bytes(32)))),
        checks("oral-note-of-another-line", "Moved.", note(line=scene.OTHER_LINE)),
    ]  # fmt: skip


def successions() -> VectorFile:
    """A caller's own code, and the one that was given."""
    return file(
        "succession",
        "Oral reports: the note, and new keys that take over.",
        [*_signed(), *_logs(), *_notes()],
    )
