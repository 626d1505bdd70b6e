"""Vectors of handovers: who answers a report, and who reads on (section 9.7)."""

from datetime import date, timedelta
from typing import Any, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Tag
from openapi.generator import scene
from openapi.generator.handover_headers import headers
from openapi.generator.log_vectors import Served, given_log
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CHRIS,
    OTHER_LINE,
    SUNDAY,
    TESS,
    THIRD_LINE,
    TODAY,
    TOM,
    VERA,
    Conversation,
    Person,
    in_order,
)
from openapi.generator.vector import Vector, VectorFile, file

_LATE: Final = SUNDAY + timedelta(days=1)
_THIRD: Final = scene.other_document(line_id=THIRD_LINE, handlers=(VERA.entry(),))
_OTHER: Final = scene.other_document()
_TESS_LEFT: Final = scene.other_document(handlers=(TESS.entry(until=TODAY), TOM.entry()))


def _given(served: Served, others: tuple[LineDocument, ...], today: date) -> dict[str, Any]:
    lines = [{"lineId": d.line_id.hex(), "document": d.to_json().decode()} for d in others]
    return given_log(served) | {"otherLines": lines, "today": today.isoformat()}


def _log(
    name: str,
    comment: str,
    served: Conversation | Served,
    *others: LineDocument,
    refused: Reason | None = None,
    today: date = TODAY,
) -> Vector:
    messages = served.without() if isinstance(served, Conversation) else served
    given = _given(messages, others or (_OTHER,), today)
    return Vector("verify-log", name, comment, given, refused)


def _start() -> Conversation:
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT)
    return conversation


def _seen(conversation: Conversation) -> tuple[ids.MessageId, ...]:
    return tuple(sorted(conversation.newest.values()))


def _asked(*people: Person, **changes: object) -> tuple[Conversation, ids.MessageId]:
    conversation = _start()
    return conversation, conversation.consent(*(people or (TESS, TOM)), **changes)


def _answered(
    person: Person = TESS, tag: Tag = Tag.ACCEPTANCE, *, asked: tuple[Person, ...] = (),
    **changes: object,
) -> Conversation:  # fmt: skip
    conversation, consent = _asked(*asked)
    conversation.answer(person, consent, tag, **changes)
    return conversation


def _by(
    conversation: Conversation, author: Person | None, *people: Person, tag: Tag = Tag.MESSAGE,
    **changes: Any,  # noqa: ANN401 (any field)
) -> ids.MessageId:  # fmt: skip
    """Let the reporter or a handler write to people, handlers to themselves and the reporter."""
    who: Participant = REPORTER if author is None else author.id
    own: tuple[Participant, ...] = () if author is None else (author.id, REPORTER)
    readers = in_order(*own, *(person.id for person in people))
    return conversation.say(who, tag, **({"readers": readers} | changes))


def _crossing(*, word: str) -> Conversation:
    """The other line accepts without having seen the reporter's next word."""
    conversation, consent = _asked()
    before = _seen(conversation)
    if word == "message":
        _by(conversation, None, ANNA, BRAM)
    elif word == "withdrawal":
        _by(conversation, None, ANNA, BRAM, TESS, tag=Tag.WITHDRAWAL, immediate=False)
    elif word == "consent":
        conversation.consent(TOM)
    else:
        _by(conversation, None, ANNA, BRAM, TESS if word == "others" else TOM)
    acceptance = conversation.answer(TESS, consent, seen=before)
    _by(conversation, TESS, TOM, tag=Tag.FEEDBACK, seen=(acceptance,))
    return conversation


def _older() -> Conversation:
    conversation, first = _asked(TESS)
    conversation.consent(TESS, TOM)
    conversation.answer(TESS, first)
    return conversation


def _asked_before() -> Conversation:
    conversation, _ = _asked(TESS)
    conversation.answer(TESS, conversation.consent(TOM))
    return conversation


def _twice(first: Tag) -> Conversation:
    conversation, consent = _asked()
    before = _seen(conversation)
    conversation.answer(TESS, consent, first)
    conversation.answer(TOM, consent, seen=before)
    return conversation


def _unseen() -> Conversation:
    conversation = _start()
    before = _seen(conversation)
    conversation.answer(TESS, conversation.consent(TESS), seen=before)
    return conversation


def _after_refusal() -> Conversation:
    conversation, consent = _asked()
    conversation.answer(TOM, consent, Tag.REFUSAL)
    conversation.answer(TESS, consent)
    return conversation


def _no_consent() -> Conversation:
    conversation, _ = _asked()
    conversation.answer(TESS, next(iter(conversation.messages)))
    return conversation


def _another_report() -> Served:
    conversation, consent = _asked()
    data = scene.header(
        TESS.id, tag=Tag.ACCEPTANCE, consent=consent, report_id=ids.ReportId(bytes(32)),
        seen=(consent,), readers=in_order(TESS.id, REPORTER),
    ).to_json()  # fmt: skip
    return [*conversation.without(), (data, TESS.signing.sign(MESSAGE_LABEL, data))]


def _withheld(*, acceptance: bool) -> Served:
    conversation, consent = _asked()
    answer = conversation.answer(TESS, consent)
    _by(conversation, TESS, TOM)
    return conversation.without(answer if acceptance else consent)


def _fork(*, consent: bool) -> Conversation:
    conversation = _start()
    before = _seen(conversation)
    first = conversation.consent(TESS)
    conversation.counts[REPORTER] = 1
    if consent:
        second = conversation.consent(TOM, seen=before)
        conversation.answer(TOM, second, seen=(second,))
    else:
        _by(conversation, None, ANNA, BRAM, seen=before)
    conversation.answer(TESS, first, seen=(first,))
    return conversation


def _to_itself() -> Conversation:
    conversation = _start()
    own = scene.handover(ANNA, messages=conversation.messages)
    consent = conversation.consent(ANNA, handover=own, readers=in_order(ANNA.id, BRAM.id))
    conversation.answer(ANNA, consent)
    return conversation


def _about_advice() -> Conversation:
    conversation = Conversation()
    conversation.say(REPORTER, origin="consultation")
    conversation.answer(TESS, conversation.consent(TESS))
    return conversation


def _misdirected() -> Conversation:
    scope = scene.handover(TESS, messages=_start().messages, readers=(ANNA.id,))
    return _asked(TESS, handover=scope)[0]


def _asked_who(tag: Tag, day: date = TODAY) -> Conversation:
    conversation, _ = _asked(TESS)
    if tag is Tag.ADMIT:
        conversation.admit(TESS, TOM, day=day)
    else:
        _by(conversation, TESS, tag=tag, day=day)
    return conversation


def _confirming() -> Conversation:
    conversation = _start()
    before = _seen(conversation)
    _by(conversation, None, BRAM)
    conversation.consent(TESS, readers=in_order(BRAM.id, TESS.id))
    _by(conversation, ANNA, tag=Tag.FEEDBACK, seen=before)
    _by(conversation, TESS)
    return conversation


def _first_line_writes(*, knowing: bool) -> Conversation:
    conversation, consent = _asked()
    before = _seen(conversation)
    conversation.answer(TESS, consent)
    seen = _seen(conversation) if knowing else before
    _by(conversation, ANNA, BRAM, tag=Tag.FEEDBACK, seen=seen)
    _by(conversation, TESS, TOM)
    return conversation


def _admission_crossing() -> Conversation:
    conversation, consent = _asked()
    before = _seen(conversation)
    conversation.answer(TESS, consent)
    admission = conversation.admit(ANNA, CHRIS, seen=before)
    _by(conversation, CHRIS, tag=Tag.FEEDBACK, seen=(admission,))
    _by(conversation, TESS, TOM)
    return conversation


def _admitted() -> Conversation:
    conversation = _answered(asked=(TESS,))
    conversation.admit(TESS, TOM)
    return conversation


def _back(*, accepted: bool) -> Conversation:
    conversation = _first_line_writes(knowing=False)
    readers = in_order(ANNA.id, TESS.id, TOM.id)
    consent = conversation.consent(ANNA, readers=readers)
    if accepted:
        conversation.answer(ANNA, consent)
    return conversation


def _onwards() -> Conversation:
    conversation = _answered()
    readers = in_order(TESS.id, TOM.id, VERA.id)
    consent = conversation.consent(VERA, readers=readers)
    conversation.answer(VERA, consent, key=VERA.signing)
    return conversation


def _renamed() -> Conversation:
    conversation = _answered(asked=(TESS, TOM))
    _by(conversation, None, TOM)
    return conversation


def _succeeded(*, seen: bool) -> Conversation:
    conversation = _start()
    before = _seen(conversation)
    if seen:
        consent = conversation.consent(TESS)
        conversation.succeed(readers=in_order(ANNA.id, BRAM.id, TESS.id))
    else:
        conversation.succeed()
        consent = conversation.consent(TESS, seen=before)
    conversation.answer(TESS, consent)
    return conversation


def _counting() -> list[Vector]:
    proposed = _start()
    _by(proposed, ANNA, BRAM, tag=Tag.PROPOSAL, proposes=OTHER_LINE)
    narrowed = _asked()[0]
    _by(narrowed, None, ANNA, BRAM, TESS)
    return [
        _log("proposal", "It changes nothing.", proposed),
        _log("consent", "The other line is asked; the first one answers still.", _asked()[0]),
        _log("consent-on-the-last-day", "It still is.", _asked()[0], today=SUNDAY),
        _log("consent-lapsed", "It did not answer: it reads on no more.", _asked()[0],
             today=_LATE),
        _log("consent-to-fewer", "The reporter writes to one of those who were asked.", narrowed),
        _log("acceptance", "Handed over: those who had it read on no more.", _answered()),
        _log("acceptance-backwards", "In whatever order it arrives.",
             _answered().without()[::-1]),
        _log("acceptance-on-the-last-day", "In time.", _answered(day=SUNDAY), today=SUNDAY),
        _log("refusal", "It stays, and the other line reads on no more.",
             _answered(tag=Tag.REFUSAL)),
        _log("acceptances-that-cross", "One counts; the clocks start once.",
             _twice(Tag.ACCEPTANCE)),
        _log("acceptance-that-crosses-a-refusal", "It holds.", _twice(Tag.REFUSAL)),
        _log("word-that-crosses-an-acceptance", "It goes to one of those who were asked: nothing is"
             " taken back, and nobody of the first line reads on.", _crossing(word="others")),
        _log("word-to-a-colleague-that-crosses", "The acceptance holds though its author reads on"
             " no more.", _crossing(word="colleague")),
        _log("first-line-unaware", "What it wrote without having seen the acceptance changes"
             " nothing, and is no alarm.", _first_line_writes(knowing=False)),
        _log("admission-by-the-new-line", "A colleague.", _admitted()),
        _log("named-after-a-handover", "The reporter chooses among those of the line that answers.",
             _renamed()),
        _log("asked-back", "The first line is asked in its turn; what had crossed still changes"
             " nothing.", _back(accepted=False)),
        _log("handed-back", "It has it again, but for whom the consent leaves out.",
             _back(accepted=True)),
        _log("handed-on", "To a third line.", _onwards(), _OTHER, _THIRD),
        _log("consent-before-a-succession", "It stands.", _succeeded(seen=True)),
        _log("acceptance-by-one-who-left", "It stands, and `seen` names it.", _answered(),
             _TESS_LEFT),
    ]  # fmt: skip


def _not_counting() -> list[Vector]:
    return [
        _log("acceptance-too-late", "After the last day.", _answered(day=_LATE)),
        _log("acceptance-by-the-first-line", "It was not asked.", _answered(ANNA)),
        _log("acceptance-by-a-colleague", "Tom was not asked.", _answered(TOM, asked=(TESS,))),
        _log("acceptance-of-an-older-consent", "The newest one counts.", _older()),
        _log("acceptance-by-one-asked-before", "Tom is asked now.", _asked_before()),
        _log("acceptance-of-no-consent", "The report is none.", _no_consent()),
        _log("acceptance-of-what-was-not-seen", "The consent is not among its ancestors.",
             _unseen()),
        _log("acceptance-after-a-refusal", "By one who knew.", _after_refusal()),
        _log("acceptance-in-another-report", "A good message elsewhere.", _another_report(),
             refused=Reason.OTHER_REPORT),
        _log("consent-withheld", "Nobody has agreed.", _withheld(acceptance=False)),
        _log("acceptance-withheld", "Noticed when its author writes on.",
             _withheld(acceptance=True)),
        _log("taken-back-by-a-message", "The acceptance had not seen it: the reporter's word rules,"
             " and what follows the acceptance changes nothing.", _crossing(word="message")),
        _log("taken-back-by-a-withdrawal", "Whoever reads it.", _crossing(word="withdrawal")),
        _log("taken-back-by-a-consent", "The newest one waits.", _crossing(word="consent")),
        _log("consents-on-a-fork", "Each takes the other back.", _fork(consent=True)),
        _log("word-on-another-branch", "It takes the consent back.", _fork(consent=False)),
        _log("consent-to-the-line-that-answers", "It restarts no clock.", _to_itself()),
        _log("consent-in-a-consultation", "Nobody hands it over.", _about_advice()),
        _log("consent-to-readers-of-another-line", "Told.", _misdirected()),
        _log("consent-by-a-replaced-key", "Left out of the log.", _succeeded(seen=False)),
        _log("asked-acknowledges", "Before it has accepted.", _asked_who(Tag.ACKNOWLEDGEMENT)),
        _log("asked-acknowledges-too-late", "Nor after the last day.",
             _asked_who(Tag.ACKNOWLEDGEMENT, _LATE)),
        _log("asked-admits", "Nobody waits.", _asked_who(Tag.ADMIT)),
        _log("asked-admits-too-late", "Nor by a day after the last one.",
             _asked_who(Tag.ADMIT, _LATE)),
        _log("asked-confirms", "Anna was dropped, and claims not to know: a line that is only asked"
             " does not confirm her.", _confirming()),
        _log("first-line-knowing", "It alarms.", _first_line_writes(knowing=True)),
        _log("admission-that-crosses", "Nobody of the first line comes in by it, or changes"
             " anything.", _admission_crossing()),
        _log("author-of-a-line-that-was-not-asked", "Whose document is not at hand.", _onwards(),
             refused=Reason.AUTHOR_UNKNOWN),
    ]  # fmt: skip


def _unread() -> Conversation:
    """The consent names a message that is none of its ancestors."""
    conversation = _start()
    before = _seen(conversation)
    _by(conversation, ANNA, BRAM)
    conversation.consent(TESS, seen=before)
    return conversation


def _access() -> list[Vector]:
    def readers(name: str, comment: str, served: Conversation, *people: Person,
                refused: Reason | None = None, today: date = TODAY) -> Vector:  # fmt: skip
        listed = {"readers": sorted(person.id.hex() for person in people)}
        given = _given(served.without(), (_OTHER,), today) | listed
        return Vector("check-readers", name, comment, given, refused)

    def opens(name: str, comment: str, served: Conversation, person: Person) -> Vector:
        given = _given(served.without(), (_OTHER,), TODAY)
        more = {"handler": person.id.hex(), "leftOut": []}
        return Vector("readable", name, comment, given | more)

    def admits(name: str, comment: str, served: Conversation, author: Person, newcomer: Person,
               refused: Reason | None = None) -> Vector:  # fmt: skip
        people = {"author": author.id.hex(), "newcomer": newcomer.id.hex(), "leftOut": []}
        given = _given(served.without(), (_OTHER,), TODAY) | people
        return Vector("check-admission", name, comment, given, refused)

    noted = _start()
    noted.say(ANNA.id, readers=in_order(ANNA.id, BRAM.id))
    noted.consent(TESS)
    own = _answered(asked=(TESS,))
    no = Reason.READER_NOT_ALLOWED
    crossing = _admission_crossing()
    return [
        readers("readers-of-both-lines", "While it waits.", _asked()[0], ANNA, BRAM, TESS, TOM),
        readers("readers-who-did-not-answer", "No more.", _asked()[0], ANNA, TESS, refused=no,
                today=_LATE),
        readers("readers-who-were-not-asked", "Of the other line.", _asked(TESS)[0], ANNA, TOM,
                refused=no),
        readers("readers-of-the-new-line", "After an acceptance.", _answered(), TESS, TOM),
        readers("readers-who-handed-over", "No more.", _answered(), ANNA, TESS, refused=no),
        readers("readers-who-refused", "No more.", _answered(tag=Tag.REFUSAL), ANNA, TESS,
                refused=no),
        readers("readers-who-handed-over-but-crossed", "A word of the reporter that crossed the"
                " acceptance lets nobody read on.", _crossing(word="others"), ANNA, TESS,
                refused=no),
        readers("readers-let-in-by-the-first-line", "When it had handed over.", crossing, CHRIS,
                refused=no),
        opens("readable-by-one-asked", "What the consent names; no note among handlers.", noted,
              TESS),
        opens("readable-is-what-the-reporter-had-seen", "The answer crossed the consent.",
              _unread(), TESS),
        opens("readable-by-one-who-refused", "What names them.", _answered(tag=Tag.REFUSAL), TESS),
        opens("readable-by-a-colleague-of-the-new-line", "What Tess reads.", _admitted(), TOM),
        admits("admissible-on-the-new-line", "A colleague.", own, TESS, TOM),
        admits("admit-while-asked", "It has not accepted.", _asked(TESS)[0], TESS, TOM, no),
        admits("admit-of-another-line", "Chris is of the first line.", own, TESS, CHRIS, no),
        admits("admit-to-the-other-line", "The first line lets in its own people.",
               _asked(TESS)[0], ANNA, TOM, no),
    ]  # fmt: skip


def handovers() -> VectorFile:
    """One report, two lines."""
    return file(
        "handover",
        "Handovers: who answers, who reads on, whose word counts.",
        [*headers(), *_counting(), *_not_counting(), *_access()],
    )
