"""Vectors of state and clocks (section 8)."""

from datetime import date, timedelta
from typing import Any, Final

from meldpunt.protocol.verify.clock import CheckIn, Clock, MetBy, Moment, Roll
from meldpunt.protocol.verify.days import Term, parse_term
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import ANNA, TODAY
from openapi.generator.vector import Vector, VectorFile, file

_DOCUMENT: Final = scene.document().to_json().decode()
_TERM_END: Final = 100
"""Two months after a closing on day 40."""
Step = dict[str, Any]


def _text(**changes: Any) -> str:  # noqa: ANN401 (any field)
    return scene.document(**changes).to_json().decode()


_SILENT: Final = _DOCUMENT.replace('"unopenedTerm":"P14D",', "")


def _day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def _by_anna(tag: Tag, day: int, **more: Any) -> Step:  # noqa: ANN401 (any field)
    return {"author": ANNA.id.hex(), "tag": tag.value, "day": _day(day), **more}


def _by_reporter(tag: Tag, day: int, **more: Any) -> Step:  # noqa: ANN401 (any field)
    return {"author": REPORTER, "tag": tag.value, "day": _day(day), **more}


def _pause(day: int, until: int) -> Step:
    return _by_anna(Tag.PAUSE, day, until=_day(until))


def _report(
    name: str, comment: str, *steps: Step, today: int, document: str = _DOCUMENT, **more: bool
) -> Vector:
    given = {
        "lineId": scene.LINE.hex(),
        "document": document,
        "receivedOn": _day(0),
        "today": _day(today),
        "messages": [{"seen": list(range(number)), **step} for number, step in enumerate(steps, 1)],
        **more,
    }
    return Vector("report-clocks", name, comment, given)


def _states() -> list[Vector]:
    feedback, closing = _by_anna(Tag.FEEDBACK, 30), _by_anna(Tag.CLOSING, 40)
    withdrawal = _by_reporter(Tag.WITHDRAWAL, 50, immediate=False)
    return [
        _report("received", "Both clocks are shown.", today=0),
        _report("overdue", "From the day after.", today=8),
        _report("acknowledged", "The feedback clock starts.", _by_anna(Tag.ACKNOWLEDGEMENT, 2),
                today=3),
        _report("acknowledged-late", "It has started already.", _by_anna(Tag.ACKNOWLEDGEMENT, 20),
                today=21),
        _report("closed-without-feedback", "That changes nothing.", closing, today=41),
        _report("closed", "After feedback.", feedback, closing, today=41),
        _report("reopened", "Not closed any more.", feedback, closing,
                _by_reporter(Tag.REOPENING, 41), today=42),
        _report("reopened-while-open", "That changes nothing: the withdrawal stays.", feedback,
                withdrawal, _by_reporter(Tag.REOPENING, 52), today=53),
        _report("withdrawn-twice", "The last day counts.", withdrawal,
                _by_reporter(Tag.WITHDRAWAL, 55, immediate=False), today=56),
        _report("feedback-while-withdrawn", "It counts; the report stays withdrawn.", withdrawal,
                _by_anna(Tag.FEEDBACK, 51), today=52),
        _report("feedback-while-closed", "It answers no reopening that follows.", feedback, closing,
                _by_anna(Tag.FEEDBACK, 41), _by_reporter(Tag.REOPENING, 42),
                _by_anna(Tag.CLOSING, 43), today=44),
        _report("closed-again-without-feedback", "That changes nothing: it stays open.", feedback,
                closing, _by_reporter(Tag.REOPENING, 41), _by_anna(Tag.CLOSING, 50), today=51),
        _report("closed-again", "After feedback since the reopening; retention counts anew.",
                feedback, closing, _by_reporter(Tag.REOPENING, 41), _by_anna(Tag.FEEDBACK, 45),
                _by_anna(Tag.CLOSING, 50), today=51),
        _report("closed-again-after-early-feedback", "Feedback before the reopening is used up.",
                feedback, _by_anna(Tag.FEEDBACK, 32), closing, _by_reporter(Tag.REOPENING, 41),
                _by_anna(Tag.CLOSING, 50), today=51),
        _report("withdrawn", "Erased after the cooling-off.", withdrawal, today=51),
        _report("withdrawn-now", "Or at once.",
                _by_reporter(Tag.WITHDRAWAL, 50, immediate=True), today=50),
        _report("withdrawn-and-back", "Any later message of the reporter.", withdrawal,
                _by_reporter(Tag.MESSAGE, 51), today=52),
        _report("succession-takes-back-a-withdrawal", "It is a message of the reporter.",
                withdrawal, _by_reporter(Tag.SUCCESSION, 51), today=52),
        _report("consultation", "Nobody is promised a term; it is erased like a report.",
                _by_anna(Tag.ACKNOWLEDGEMENT, 2), feedback, closing, today=50, consultation=True),
        _report("consultation-taken-over", "That changes nothing.", withdrawal,
                _by_reporter(Tag.SUCCESSION, 51), today=52, consultation=True),
        _report("admission-changes-no-state", "Nor a clock.", _by_anna(Tag.ADMIT, 1), today=2),
    ]  # fmt: skip


def _pauses() -> list[Vector]:
    return [
        _report("pause", "Ten days; the feedback clock starts on day 7.", _pause(2, 12), today=3),
        _report("pauses-that-overlap", "Each day counts once.", _pause(2, 12), _pause(4, 12),
                today=5),
        _report("pauses-in-a-row", "They add up.", _pause(2, 5), _pause(6, 9), today=7),
        _report("pause-within-a-pause", "Nothing more.", _pause(2, 12), _pause(3, 6), today=4),
        _report("pause-longer-than-the-last", "What is new of it.", _pause(2, 12), _pause(5, 20),
                today=6),
        _report("pause-of-a-late-clock", "Late stays late; the other clock moves.", _pause(9, 30),
                today=10),
        _report("pause-on-the-last-day", "In time.", _pause(7, 30), today=8),
        _report("pause-of-a-clock-that-was-met", "It does not move.",
                _by_anna(Tag.ACKNOWLEDGEMENT, 3), _pause(4, 30), today=5),
        _report("pause-while-closed", "It changes nothing.", _by_anna(Tag.FEEDBACK, 1),
                _by_anna(Tag.CLOSING, 2), _pause(3, 30), today=4),
        _report("pause-without-end", "No day after the last one.",
                _by_anna(Tag.PAUSE, 1, until="9999-12-31"), today=2),
    ]  # fmt: skip


_ROLLING: Final = _text(
    clocks=tuple(
        clock.model_copy(update={"roll": Roll.TERMIJNENWET}) for clock in scene.document().clocks
    )
)


def _rolls() -> list[Vector]:
    def term(name: str, comment: str, start: str, text: str) -> Vector:
        day = date.fromisoformat(start)
        end = parse_term(text).after(day).isoformat()
        return Vector("term-extended", name, comment, {"term": text, "day": start, "end": end})

    def year(number: int, comment: str) -> Vector:
        return Vector("holidays", f"holidays-{number}", comment, {"year": number})

    return [
        _report("clock-that-rolls", "Both ends are working days.", today=0, document=_ROLLING),
        _report("clock-that-rolls-after-a-pause", "The end is moved first, and rolls then.",
                _pause(2, 4), today=3, document=_ROLLING),
        _report("pause-between-end-and-rolled-end", "It is in time: the clock is not due yet.",
                _by_reporter(Tag.MESSAGE, 1), _pause(3, 4), _pause(8, 20), today=9,
                document=_ROLLING),
        term("rolls-from-saturday", "To Monday.", "2026-11-21", "P7D"),
        term("rolls-from-sunday", "To Monday.", "2026-11-22", "P1W"),
        term("rolls-over-easter", "Good Friday, Saturday, Easter, Easter Monday: to Tuesday.",
             "2026-03-27", "P7D"),
        term("rolls-over-christmas", "Friday 25 and Saturday 26 December: to Monday.",
             "2026-12-18", "P7D"),
        term("rolls-over-the-new-year", "Into the next year.", "2026-12-25", "P1W"),
        term("rolls-on-liberation-day", "5 May, every year.", "2026-04-28", "P7D"),
        term("stays-on-a-working-day", "Nothing to move.", "2026-11-20", "P5D"),
        term("three-days-with-two-working-days", "Over a weekend: to Tuesday.", "2026-11-20",
             "P3D"),
        term("three-days-around-christmas", "Two working days must lie in it.", "2026-12-23",
             "P3D"),
        term("two-days", "Shorter than three: it only ends on a working day.", "2026-11-20",
             "P2D"),
        term("ninety-days", "The longest in days that rolls.", "2026-11-23", "P90D"),
        term("ninety-one-days", "Longer: it stays on a Sunday.", "2026-11-22", "P91D"),
        term("twelve-weeks", "The longest in weeks that rolls.", "2026-11-21", "P12W"),
        term("thirteen-weeks", "Longer: it stays on a Saturday.", "2026-11-21", "P13W"),
        term("three-months", "The longest in months that rolls.", "2026-11-28", "P3M"),
        term("four-months", "Longer: it stays on a Sunday.", "2026-11-28", "P4M"),
        term("one-year", "A year never rolls.", "2026-11-28", "P1Y"),
        term("at-the-end-of-days", "Nothing goes past it.", "9999-12-24", "P7D"),
        year(2014, "The first year with King's Day."),
        year(2025, "27 April is a Sunday: King's Day is the day before."),
        year(2026, "An ordinary year."),
        year(2038, "Easter is as late as it can be."),
        year(2160, "Easter is early."),
        year(2213, "The last year that is compared with another source."),
    ]  # fmt: skip


_CHECK_INS: Final = (
    CheckIn(starts_at=Moment.RECEIVED, term=Term(6, "W")),
    CheckIn(starts_at=Moment.ACKNOWLEDGED, term=Term(2, "W")),
    CheckIn(starts_at=Moment.CLOSED, term=Term(2, "W")),
    CheckIn(starts_at=Moment.CLOSED, term=Term(6, "W")),
)
_AFTERCARE: Final = _text(
    clocks=(
        Clock(name="receipt", starts_at=Moment.RECEIVED, term=Term(7, "D"), met_by=MetBy.RECEIPT),
        Clock(name="again", starts_at=Moment.REOPENED, term=Term(2, "W"), met_by=MetBy.FEEDBACK),
    ),
    check_ins=_CHECK_INS,
)


def _aftercare() -> list[Vector]:
    """Clocks of the host's own confirmation and of a reopening, and days to check in."""
    closed = (
        _by_anna(Tag.ACKNOWLEDGEMENT, 2),
        _by_anna(Tag.FEEDBACK, 30),
        _by_anna(Tag.CLOSING, 40),
    )
    reopened = (*closed, _by_reporter(Tag.REOPENING, 50))

    def report(name: str, comment: str, *steps: Step, today: int, **more: bool) -> Vector:
        return _report(name, comment, *steps, today=today, document=_AFTERCARE, **more)

    return [
        report("check-ins-while-received", "The host's confirmation is met at once, by no person.",
               today=0),
        report("check-ins-while-open", "In order; feedback moves none.", *closed[:2], today=31),
        report("check-ins-while-closed", "Only those from the closing.", *closed, today=41),
        report("clock-of-a-reopening", "It runs from the reopening, not from receipt.", *reopened,
               today=60),
        report("clock-of-a-reopening-overdue", "Feedback from before does not meet it.", *reopened,
               today=65),
        report("clock-of-a-reopening-met", "By the first feedback since.", *reopened,
               _by_anna(Tag.FEEDBACK, 60), _by_anna(Tag.FEEDBACK, 63), today=65),
        report("clock-of-a-second-reopening", "It starts anew.", *reopened,
               _by_anna(Tag.FEEDBACK, 60), _by_anna(Tag.CLOSING, 61),
               _by_reporter(Tag.REOPENING, 70), today=71),
        report("check-ins-after-a-withdrawal", "None.", *closed,
               _by_reporter(Tag.WITHDRAWAL, 41, immediate=False), today=42),
        report("check-ins-of-a-consultation", "None: nobody is asked.",
               _by_anna(Tag.ACKNOWLEDGEMENT, 2), today=3, consultation=True),
        report("check-ins-after-an-acceptance", "They count from the acceptance.", *closed,
               _by_anna(Tag.ACCEPTANCE, 50), today=51),
    ]  # fmt: skip


def _handovers() -> list[Vector]:
    acceptance = _by_anna(Tag.ACCEPTANCE, 50)
    before = (_by_anna(Tag.ACKNOWLEDGEMENT, 2), _by_anna(Tag.FEEDBACK, 30), _pause(31, 60))
    return [
        _report("accepted", "The other line has its clocks from now on.", *before, acceptance,
                today=51),
        _report("accepted-after-closing", "Not closed any more.", *before,
                _by_anna(Tag.CLOSING, 40), acceptance, today=51),
        _report("accepted-and-acknowledged", "In time: that of the first line does not count.",
                *before, acceptance, _by_anna(Tag.ACKNOWLEDGEMENT, 52), today=53),
        _report("consent-changes-no-state", "Nor a proposal, or a refusal.",
                _by_anna(Tag.PROPOSAL, 1), _by_reporter(Tag.CONSENT, 2), _by_anna(Tag.REFUSAL, 3),
                today=4),
    ]  # fmt: skip


def _erasures() -> list[Vector]:
    """Withdrawals whose cooling-off is over on day 40, by the day that the host tells."""
    told, remembered = _withdrawal(2, day=5), _known(2, withdrawn=5, whole=20)
    backdated = "It was not there on day 20, so it counts from two days before that."
    return [
        _erased("erased-nothing-remembered", "The host's day counts.", told),
        _erased("erased-too-early", "The cooling-off is not over.", _withdrawal(2, day=30)),
        _erased("erased-immediate", "No cooling-off.", _withdrawal(2, day=40, immediate=True)),
        _erased("erased-as-told-first", "The same one, on the same day.", told, remembered),
        _erased("erased-dated-back", "The day that was told first counts.",
                told, _known(2, withdrawn=30, whole=30)),
        _erased("erased-cancelled", "The reader has seen a later message of the reporter.",
                told, _known(3, whole=20)),
        _erased("erased-other-message", "Another message has that number.",
                told, _known(2, whole=3, message=b"x" * 32)),
        _erased("erased-newer", "Written since.", _withdrawal(4, day=5), _known(3, whole=6)),
        _erased("erased-newer-dated-back", backdated, _withdrawal(4, day=5), _known(3, whole=20),
                today=29),
        _erased("erased-newer-part-ended", "The reader was not shown the whole report any more.",
                _withdrawal(4, day=5), _known(3)),
    ]  # fmt: skip


_MESSAGE: Final = b"w" * 32


def _withdrawal(n: int, *, day: int, immediate: bool = False) -> Step:
    told = {"message": _MESSAGE.hex(), "n": n, "receivedOn": _day(day)}
    return {**told, "immediate": immediate}


def _known(
    n: int,
    *,
    withdrawn: int | None = None,
    whole: int | None = None,
    message: bytes = _MESSAGE,
) -> Step:
    found: Step = {"n": n, "messages": [message.hex()]}
    found |= {} if withdrawn is None else {"withdrawnOn": _day(withdrawn)}
    return found | ({} if whole is None else {"wholeOn": _day(whole)})


def _erased(
    name: str, comment: str, withdrawal: Step, known: Step | None = None, *, today: int = 40
) -> Vector:
    given = {
        "lineId": scene.LINE.hex(),
        "document": _DOCUMENT,
        "withdrawal": withdrawal,
        "today": _day(today),
    }
    given |= {} if known is None else {"known": known}
    return Vector("has-erased", name, comment, given)


def _unopened() -> list[Vector]:
    """The scene keeps reports two months after closing: from day 40 to day 100."""
    opened = (_by_anna(Tag.FEEDBACK, 30), _by_anna(Tag.CLOSING, 40))
    reply = _by_reporter(Tag.MESSAGE, _TERM_END - 1)
    return [
        _report("unopened-report", "No handler has written: it waits at its longest term.",
                today=1),
        _report("unopened-reply", "Written on the day before the term ends.", *opened, reply,
                today=_TERM_END),
        _report("unopened-reply-on-the-last-day", "The day on which it would be erased.", *opened,
                _by_reporter(Tag.MESSAGE, _TERM_END), today=_TERM_END),
        _report("unopened-reply-too-late", "Written after the term: nothing waits for that.",
                *opened, _by_reporter(Tag.MESSAGE, _TERM_END + 1), today=_TERM_END),
        _report("opened-reply", "A handler has seen it in time.", *opened, reply,
                _by_anna(Tag.MESSAGE, _TERM_END - 1), today=_TERM_END),
        _report("opened-through-another", "A handler names the newest message only.", *opened,
                reply, _by_reporter(Tag.MESSAGE, _TERM_END - 1),
                _by_anna(Tag.MESSAGE, _TERM_END - 1, seen=[4]), today=_TERM_END),
        _report("opened-on-the-last-day", "The grace that has begun stays.", *opened, reply,
                _by_anna(Tag.MESSAGE, _TERM_END), today=_TERM_END),
        _report("answered-without-seeing-it", "Both were on their way.", *opened, reply,
                _by_anna(Tag.MESSAGE, _TERM_END - 1, seen=[0, 2]), today=_TERM_END),
        _report("named-by-the-reporter-alone", "That opens nothing.", *opened, reply,
                _by_reporter(Tag.MESSAGE, _TERM_END - 1), today=_TERM_END),
        _report("unopened-and-reopened", "The longest term counts; a handler has seen it all.",
                *opened, reply, _by_anna(Tag.REOPENING, _TERM_END + 2), today=_TERM_END + 3),
        _report("unopened-as-the-line-chose", "A document may say another term.", *opened, reply,
                today=_TERM_END, document=_text(unopened_term=Term(6, "W"))),
        _report("unopened-without-a-choice", "A document that says none means 14 days.", *opened,
                reply, today=_TERM_END, document=_SILENT),
        _report("unopened-and-withdrawn", "A withdrawal never waits.", *opened,
                _by_reporter(Tag.WITHDRAWAL, _TERM_END - 1, immediate=False), today=_TERM_END),
    ]  # fmt: skip


def clocks() -> VectorFile:
    """Where a report stands, and what is due."""
    return file(
        "clocks",
        "State, clocks and erasure.",
        [
            *_states(),
            *_pauses(),
            *_rolls(),
            *_aftercare(),
            *_handovers(),
            *_unopened(),
            *_erasures(),
        ],
    )
