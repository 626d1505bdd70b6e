"""Vectors of admissions: who lets whom in, and what that opens (section 9.5)."""

from typing import Any, Final

from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.log_vectors import Served, given_log, log_vector, readers_vector
from openapi.generator.scene import ANNA, BRAM, CHRIS, TODAY, Conversation, Person, in_order
from openapi.generator.vector import Vector, VectorFile, file

_DAVID: Final = scene.DAVID
_ALL: Final = (ANNA, BRAM, CHRIS, _DAVID)
_DOCUMENT: Final = scene.document(handlers=tuple(person.entry() for person in _ALL))


def _without(*gone: Person) -> LineDocument:
    return scene.document(
        handlers=tuple(p.entry(until=TODAY) if p in gone else p.entry() for p in _ALL)
    )


def _start() -> Conversation:
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT)
    return conversation


def _admitted() -> Conversation:
    conversation = _start()
    conversation.admit(ANNA, CHRIS, BRAM.id)
    return conversation


def _decided(*readers: Person) -> Conversation:
    conversation = _admitted()
    conversation.say(REPORTER, readers=in_order(*(p.id for p in readers)))
    return conversation


def _by_one_who_was_dropped() -> Served:
    """Anna was dropped, and claims not to know."""
    conversation = _start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.say(REPORTER, readers=(BRAM.id,))
    conversation.admit(ANNA, CHRIS, seen=known)
    return conversation.without()


def _knowingly_dropped() -> Served:
    conversation = _start()
    conversation.say(REPORTER, readers=(BRAM.id,))
    conversation.admit(ANNA, CHRIS)
    return conversation.without()


def _by_one_left_out() -> Served:
    conversation = _start()
    conversation.admit(CHRIS, _DAVID)
    return conversation.without()


def _chain() -> Conversation:
    conversation = _admitted()
    conversation.admit(CHRIS, _DAVID, ANNA.id)
    return conversation


def _again() -> Served:
    conversation = _decided(ANNA, BRAM)
    conversation.admit(BRAM, CHRIS, ANNA.id)
    return conversation.without()


def _note_of_others() -> Served:
    """Chris admits David; a note is between Anna and Bram."""
    conversation = Conversation()
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id, CHRIS.id))
    conversation.say(ANNA.id, readers=in_order(ANNA.id, BRAM.id))
    conversation.admit(CHRIS, _DAVID, BRAM.id)
    return conversation.without()


def _by_one_uninvited() -> Served:
    """A message of the reporter names Chris against the rule, and Chris admits David."""
    conversation = _start()
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id, CHRIS.id))
    conversation.admit(CHRIS, _DAVID, BRAM.id)
    return conversation.without()


def _confirmed_by_bram() -> Served:
    conversation = _admitted()
    conversation.say(BRAM.id)
    return conversation.without()


def _vouching() -> Served:
    """The newcomer has seen the admission, and nobody else has."""
    conversation = _admitted()
    conversation.say(CHRIS.id, readers=in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER))
    return conversation.without()


def _logs() -> list[Vector]:
    def log(name: str, comment: str, served: Served, document: LineDocument = _DOCUMENT) -> Vector:
        return log_vector(name, comment, served, document)

    return [
        log("admission", "Chris waits for the reporter's word.", _admitted().without()),
        log("admission-accepted", "The reporter's next message names Chris.",
            _decided(ANNA, BRAM, CHRIS).without()),
        log("admission-declined", "It does not: Chris is out.", _decided(ANNA, BRAM).without()),
        log("admission-unseen-by-the-reporter", "Written side by side: the next message decides.",
            _side_by_side()),
        log("admission-twice", "Two colleagues at once.", _twice()),
        log("admission-by-the-same-author-again", "Once is enough.", _by_the_same_author()),
        log("admission-again", "One whom the reporter did not take is not admitted again.",
            _again()),
        log("admission-of-one-dropped", "Nor one who was dropped.", _of_one_dropped()),
        log("admission-of-a-reader", "Who reads already needs no admission.", _of_a_reader()),
        log("admission-by-one-dropped", "Who knew it.", _knowingly_dropped()),
        log("admission-by-one-who-claims-not-to-know", "It opens what Anna had; nobody writes to"
            " Chris.", _by_one_who_was_dropped()),
        log("admission-by-one-left-out", "Neither counts.", _by_one_left_out()),
        log("admission-by-one-admitted", "A chain.", _chain().without()),
        log("admission-by-one-who-left", "Nobody who stayed has seen it.", _admitted().without(),
            _without(ANNA)),
        log("admission-by-one-who-left-confirmed", "Bram has.", _confirmed_by_bram(),
            _without(ANNA)),
        log("admission-vouched-for-by-the-newcomer", "That is nobody's word, and `seen` leaves out"
            " both.", _vouching(), _without(ANNA)),
        log("admission-by-one-who-left-of-a-reader", "With confirmation it would not count either.",
            _of_a_reader(), _without(ANNA)),
        log("admission-handed-over", "All have left: there is nobody else to confirm it.",
            _admitted().without(), _without(ANNA, BRAM)),
    ]  # fmt: skip


def _side_by_side() -> Served:
    conversation = _start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.admit(ANNA, CHRIS)
    conversation.say(REPORTER, seen=known)
    return conversation.without()


def _by_the_same_author() -> Served:
    conversation = _admitted()
    conversation.admit(ANNA, CHRIS)
    return conversation.without()


def _twice() -> Served:
    conversation = _start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.admit(ANNA, CHRIS)
    conversation.admit(BRAM, CHRIS, seen=known)
    return conversation.without()


def _of_one_dropped() -> Served:
    conversation = _start()
    conversation.say(REPORTER, readers=(ANNA.id,))
    conversation.admit(ANNA, BRAM)
    return conversation.without()


def _of_a_reader() -> Served:
    conversation = _start()
    conversation.admit(ANNA, BRAM)
    return conversation.without()


def _readable() -> list[Vector]:
    def opens(name: str, comment: str, served: Served, person: Person = CHRIS,
              *left_out: Person) -> Vector:  # fmt: skip
        given: dict[str, Any] = given_log(served, _DOCUMENT) | {
            "handler": person.id.hex(),
            "leftOut": sorted(p.id.hex() for p in left_out),
        }
        return Vector("readable", name, comment, given)

    later = _admitted()
    later.say(REPORTER)
    later.say(ANNA.id)
    return [
        opens("readable-after-admission", "All that precedes, and the admission itself; not what"
              " follows without Chris.", later.without()),
        opens("readable-if-left-out", "It opens nothing but itself.",
              later.without(), CHRIS, CHRIS),
        opens("readable-by-a-stranger", "Nothing.", later.without(), _DAVID),
        opens("readable-by-the-second-of-a-chain", "All that precedes.", _chain().without(),
              _DAVID),
        opens("readable-is-what-the-author-reads", "What Chris may not read, Chris cannot open to"
              " David.", _note_of_others(), _DAVID),
        opens("readable-through-one-uninvited", "The same.", _by_one_uninvited(), _DAVID),
        opens("readable-through-one-left-out", "Nothing but the message that names David.",
              _by_one_left_out(), _DAVID),
    ]  # fmt: skip


def _admissible() -> list[Vector]:
    def admits(name: str, comment: str, served: Served, refused: Reason | None = None,
               *, author: Person = BRAM, left_out: tuple[Person, ...] = (),
               document: LineDocument = _DOCUMENT) -> Vector:  # fmt: skip
        given: dict[str, Any] = given_log(served, document) | {
            "author": author.id.hex(),
            "newcomer": CHRIS.id.hex(),
            "leftOut": sorted(p.id.hex() for p in left_out),
        }
        return Vector("check-admission", name, comment, given, refused)

    start = _start().without()
    hidden = _start()
    message = hidden.say(REPORTER, readers=(ANNA.id,))
    hidden.say(ANNA.id, readers=in_order(ANNA.id, REPORTER))
    return [
        admits("admissible", "New to the report.", start),
        admits("admissible-while-waiting", "Another colleague, for the same person.",
               _admitted().without()),
        admits("admit-twice", "Once is enough.", _admitted().without(), Reason.READER_NOT_ALLOWED,
               author=ANNA),
        admits("admit-without-reading-on", "David does not read this report.", start,
               Reason.READER_NOT_ALLOWED, author=_DAVID),
        admits("admit-after-leaving", "Bram has left.", start, Reason.READER_NOT_ALLOWED,
               document=_without(BRAM)),
        admits("admit-one-left-out", "The reporter's payload says so.", start, Reason.LEFT_OUT,
               left_out=(CHRIS,)),
        admits("admit-a-reader", "Reads already.", _decided(ANNA, CHRIS).without(),
               Reason.READER_NOT_ALLOWED),
        admits("admit-one-declined", "The reporter has decided.", _decided(ANNA, BRAM).without(),
               Reason.READER_NOT_ALLOWED),
        admits("admit-one-who-left", "Not active.", start, Reason.READER_NOT_ALLOWED,
               document=_without(CHRIS)),
        admits("admit-with-unknown-seen", "What the host hides may leave somebody out.",
               hidden.without(message), Reason.UNKNOWN_SEEN, author=ANNA),
        readers_vector("readers-with-one-admitted", "Handlers write to Chris; the reporter may.",
                       _admitted().without(), in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER)),
        readers_vector("readers-with-one-declined", "Nobody does any more.",
                       _decided(ANNA, BRAM).without(), in_order(ANNA.id, CHRIS.id),
                       Reason.READER_NOT_ALLOWED),
        readers_vector("readers-with-one-let-in-by-a-dropped-one", "Not sealed to.",
                       _by_one_who_was_dropped(), in_order(BRAM.id, CHRIS.id),
                       Reason.READER_NOT_ALLOWED),
    ]  # fmt: skip


def admissions() -> VectorFile:
    """Newcomers, and those who would like to be."""
    return file(
        "admission",
        "Admissions: which count, what they open, who may be let in.",
        [*_logs(), *_readable(), *_admissible()],
    )
