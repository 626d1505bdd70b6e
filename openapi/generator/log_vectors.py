"""Vectors of the log of a report (section 9)."""

from datetime import timedelta
from typing import Any, Final

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, REPORTER_KEYS, TODAY, Conversation, in_order
from openapi.generator.vector import Vector, VectorFile, file

Served = list[tuple[bytes, bytes]]

_DOCUMENT: Final = scene.document()
_BRAM_LEFT: Final = scene.document(handlers=(ANNA.entry(), BRAM.entry(until=TODAY), CHRIS.entry()))


def given_log(served: Served, document: LineDocument = _DOCUMENT) -> dict[str, Any]:
    """Return the input of every operation on a log."""
    return {
        "lineId": scene.LINE.hex(),
        "document": document.to_json().decode(),
        "today": TODAY.isoformat(),
        "reportId": scene.REPORT.hex(),
        "signingKey": REPORTER_KEYS.signing.public_key.hex(),
        "boxKey": REPORTER_KEYS.box.public_key.hex(),
        "messages": [
            {"header": data.decode(), "signature": signature.hex()} for data, signature in served
        ],
    }


def log_vector(
    name: str,
    comment: str,
    served: Served,
    document: LineDocument = _DOCUMENT,
    refused: Reason | None = None,
    **changes: str,
) -> Vector:
    """Return a vector of a whole log."""
    return Vector("verify-log", name, comment, given_log(served, document) | changes, refused)


def readers_vector(
    name: str, comment: str, served: Served, readers: tuple[Participant, ...],
    refused: Reason | None = None,
) -> Vector:  # fmt: skip
    """Return a vector of the own-newest-readers rule."""
    listed = [r if isinstance(r, str) else r.hex() for r in readers]
    return Vector("check-readers", name, comment, given_log(served) | {"readers": listed}, refused)


_log, _readers = log_vector, readers_vector


def _talk() -> tuple[Conversation, list[ids.MessageId]]:
    conversation = Conversation()
    return conversation, [
        conversation.say(REPORTER),
        conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT),
        conversation.say(REPORTER),
        conversation.say(BRAM.id, Tag.FEEDBACK),
    ]


def _fork(first: tuple[Participant, ...], second: tuple[Participant, ...]) -> Served:
    conversation = Conversation()
    start = conversation.say(REPORTER)
    conversation.say(REPORTER, readers=in_order(*first))
    conversation.counts[REPORTER] = 1
    conversation.say(REPORTER, readers=in_order(*second), seen=(start,))
    return conversation.without()


def _side_by_side() -> Served:
    conversation = Conversation()
    seen = (conversation.say(REPORTER),)
    conversation.say(REPORTER, seen=seen)
    conversation.say(BRAM.id, seen=seen)
    conversation.say(ANNA.id, seen=seen)
    conversation.say(CHRIS.id, seen=seen, day=TODAY - timedelta(days=1),
                     readers=in_order(CHRIS.id, REPORTER))  # fmt: skip
    return conversation.without()


def _with(*steps: tuple[Participant, dict[str, Any]]) -> Served:
    conversation, _ = _talk()
    for author, changes in steps:
        conversation.say(author, **changes)
    return conversation.without()


def _skipped() -> Served:
    conversation = _talk()[0]
    conversation.say(ANNA.id, n=2**53 - 1)
    return conversation.without()


def _removed() -> list[Vector]:
    conversation, messages = _talk()
    answered, _ = _talk()
    answered.say(REPORTER)
    return [
        _log("log", "Report, acknowledgement, answer, feedback.", conversation.without()),
        _log("log-backwards", "The order comes from `seen`, not from the host.",
             conversation.without()[::-1]),
        _log("log-side-by-side", "None has seen another: by day, then by author.", _side_by_side()),
        _log("log-twice", "The same id twice is one message.", conversation.without() * 2),
        _log("log-empty", "Nothing yet.", []),
        _log("numbers-skipped", "One alarm for each run of numbers, however long.", _skipped()),
        _log("first-removed", "A gap at 0.", conversation.without(messages[0])),
        _log("middle-removed", "A gap, and unknown `seen` in what built on it.",
             answered.without(messages[2])),
        _log("confirmed-tail-removed", "Bram has seen what the host hides.",
             conversation.without(messages[2])),
        _log("newest-withheld", "Not noticed before somebody writes: section 11.",
             conversation.without(messages[3])),
        _log("newest-withheld-then-answered", "Noticed now.", answered.without(messages[3])),
    ]  # fmt: skip


def _replaced() -> Served:
    """Only Bram reads on; he leaves, and the reporter writes to Chris."""
    conversation = Conversation()
    conversation.say(REPORTER, readers=in_order(BRAM.id))
    conversation.say(REPORTER, readers=in_order(CHRIS.id))
    return conversation.without()


def _who_may_read() -> list[Vector]:
    everybody = in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER)
    conversation = Conversation()
    conversation.say(REPORTER)
    narrowed = conversation.say(REPORTER, readers=(ANNA.id,))
    conversation.say(ANNA.id, readers=in_order(ANNA.id, REPORTER))
    talk = _talk()[0].without()
    return [
        _log("fork", "Two messages of one number; nobody is blamed.",
             _fork((ANNA.id, BRAM.id), (BRAM.id, CHRIS.id))),
        _log("fork-apart", "No reader is on both branches.", _fork((ANNA.id,), (BRAM.id,))),
        _log("readers-changed", "The reporter's own newest message decides.",
             _with((REPORTER, {"readers": in_order(BRAM.id)}))),
        _log("reader-added", "Chris was not chosen: who wrote this may have found the code.",
             _with((REPORTER, {"readers": in_order(BRAM.id, CHRIS.id)}))),
        _log("reader-added-and-named-again", "Chris stays out.",
             _with((REPORTER, {"readers": in_order(BRAM.id, CHRIS.id)}),
                   (REPORTER, {"readers": in_order(BRAM.id, CHRIS.id)}))),
        _log("reader-added-with-one-who-left", "Anna is still there.",
             _with((REPORTER, {"readers": in_order(ANNA.id, CHRIS.id)})), _BRAM_LEFT),
        _log("readers-all-left", "Then the reporter chooses anew.", _replaced(), _BRAM_LEFT),
        _log("handler-adds-a-reader", "It changes nothing, and it alarms.",
             _with((ANNA.id, {"readers": everybody}))),
        _log("left-out-handler-writes", "Let through by the host; it alarms.",
             _with((CHRIS.id, {"readers": in_order(CHRIS.id, REPORTER)}))),
        _log("dropped-handler-writes", "Anna had seen that the reporter dropped her; it alarms.",
             _with((REPORTER, {"readers": in_order(BRAM.id)}),
                   (ANNA.id, {"tag": Tag.CLOSING}))),
        _log("reader-departed", "Not sealed to any more.",
             _with((REPORTER, {})), _BRAM_LEFT),
        _log("departed-unconfirmed", "Nobody who stayed has seen it; `seen` leaves it out.",
             talk, _BRAM_LEFT),
        _log("departed-confirmed-by-one-left-out", "Chris, whom the reporter left out, has no say.",
             _with((CHRIS.id, {"readers": in_order(CHRIS.id, REPORTER)})), _BRAM_LEFT),
        _readers("readers", "Those of the own newest message, and oneself.", talk,
                 in_order(ANNA.id, BRAM.id, REPORTER)),
        _readers("reader-left-out", "Not among the own newest readers.", talk,
                 in_order(ANNA.id, CHRIS.id), Reason.READER_NOT_ALLOWED),
        _readers("reader-uninvited", "Named against the rule.",
                 _with((REPORTER, {"readers": in_order(BRAM.id, CHRIS.id)})),
                 in_order(BRAM.id, CHRIS.id), Reason.READER_NOT_ALLOWED),
        _readers("reader-dropped-by-a-branch", "On a fork, those of every branch.",
                 _fork((ANNA.id, BRAM.id), (BRAM.id, CHRIS.id)), in_order(ANNA.id, BRAM.id),
                 Reason.READER_NOT_ALLOWED),
        _readers("readers-with-a-gap", "The hidden message may have left somebody out.",
                 _with((REPORTER, {}))[:2] + _with((REPORTER, {}))[4:], (ANNA.id,), Reason.GAP),
        _readers("readers-with-unknown-seen", "The same.", conversation.without(narrowed),
                 in_order(ANNA.id, BRAM.id), Reason.UNKNOWN_SEEN),
    ]  # fmt: skip


def _refused() -> list[Vector]:
    talk = _talk()[0].without()
    other = ReporterKeys.from_seed(scene.secret("other reporter"))
    stranger = scene.signing_key("stranger")
    nobody = ids.handler_id(scene.LINE, stranger.public_key)

    def one(author: Participant, key: Any = None, **changes: Any) -> Served:  # noqa: ANN401 (any field)
        data = scene.header(author, **changes).to_json()
        return [*talk, (data, (key or scene.signer(author)).sign(MESSAGE_LABEL, data))]

    return [
        _log("keys-of-another-report", "The served keys do not hash to the report id.", talk,
             refused=Reason.REPORT_KEYS, signingKey=other.signing.public_key.hex()),
        _log("box-key-of-another-report", "Nor with another box key.", talk,
             refused=Reason.REPORT_KEYS, boxKey=other.box.public_key.hex()),
        _log("reporter-key-of-small-order", "Checked before it is hashed.", talk,
             refused=Reason.PUBLIC_KEY, signingKey="00" * 32),
        _log("message-of-another-line", "A good message elsewhere.",
             one(REPORTER, line_id=scene.OTHER_LINE), refused=Reason.OTHER_LINE),
        _log("message-of-another-report", "A good message elsewhere.",
             one(REPORTER, report_id=bytes(32)), refused=Reason.OTHER_REPORT),
        _log("author-not-on-the-line", "The document does not name them.",
             one(nobody, stranger, readers=in_order(nobody, REPORTER)),
             refused=Reason.AUTHOR_UNKNOWN),
        _log("signed-by-a-colleague", "Bram signs as Anna.", one(ANNA.id, BRAM.signing),
             refused=Reason.SIGNATURE),
        _log("tag-of-another-author", "A handler's tag by the reporter.",
             one(REPORTER, tag=Tag.FEEDBACK), refused=Reason.TAG_NOT_ALLOWED),
    ]  # fmt: skip


def logs() -> VectorFile:
    """What a host removes, reorders or slips in."""
    vectors = [*_removed(), *_who_may_read(), *_refused()]
    return file("log", "The log of a report: alarms, order, readers.", vectors)
