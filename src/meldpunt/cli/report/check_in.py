"""How a reporter is, and whether their story may be told on."""

from collections.abc import Iterator
from typing import Final

import click

from meldpunt.cli.render.contacts import contact_lines
from meldpunt.cli.render.desk import told_by
from meldpunt.cli.report.commands.check_ins import ReportCheckInOptions, ReportStoryOptions
from meldpunt.cli.report.visit import Keeping, open_to_write, seal_and_deliver
from meldpunt.cli.speech.phrases import phrases_in
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import ask_receipt
from meldpunt.cli.terminal.selection import find_handlers, select
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.client import (
    ReportTexts,
    Thread,
    ToldClock,
    ToldKind,
    begun_clock,
    fetch_report_texts,
)
from meldpunt.client.texts.check_ins import CHECK_IN_TEXTS
from meldpunt.protocol.texts.content import CheckInAnswer, StoryConsent
from meldpunt.protocol.texts.procedure import Procedure

_ANSWERS: Final = {
    "good": CheckInAnswer.GOOD,
    "not-good": CheckInAnswer.NOT_GOOD,
    "disadvantaged": CheckInAnswer.RETALIATION,
}
_ANOTHER: Final = {
    "nl": "Ik vraag of iemand anders dit ook kan lezen.",
    "en": "I ask that somebody else reads this too.",
}
_NAMED: Final = {
    "nl": "Ik vraag of deze persoon dit ook kan lezen: {name}.",
    "en": "I ask that this person reads this too: {name}.",
}


def check_in(output: Output, options: ReportCheckInOptions) -> None:
    """Say how the reporter is."""
    check_standard_input(options.file, options.receipt_source)
    receipt = ask_receipt(options.receipt_source)
    added = None if options.file is None else read_text(options.file)
    answer = _ANSWERS[options.answer]
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        chosen = select(options.choice, visit.thread.lines)
        language = chosen["language"].split("-")[0]
        said = CHECK_IN_TEXTS.get(language, CHECK_IN_TEXTS["en"])[answer]
        wanted = _wanted(options, visit.thread, language)
        text = "\n\n".join([said, *wanted, *([] if added is None else [added])])
        thread = visit.thread
        texts = _fetch_texts(session, thread)
        is_worse_off = answer is CheckInAnswer.RETALIATION
        if is_worse_off:
            _tell_outside(output, texts.procedure, chosen["language"])
        work = visit.seal_check_in(answer, text, **chosen)
        sent = seal_and_deliver(output, session, visit, work, Keeping.of(options))
    if is_worse_off:
        begun = begun_clock(thread, texts.desk, ToldKind.WORSE_OFF, sent.received_on)
        _tell_day(output, begun)


def _fetch_texts(session: Session, thread: Thread) -> ReportTexts:
    """Fetch them whatever is said: else the host could tell answers apart by what is asked for."""
    return session.run("Fetching its texts", fetch_report_texts(session.transport, thread))


def _tell_day(output: Output, begun: ToldClock | None) -> None:
    """Say by which day the line does something about what was just sent."""
    if begun is not None:
        output.warn(told_by(begun))


def _tell_outside(output: Output, procedure: Procedure | None, language: str) -> None:
    """Name who can help outside the office, before anything is sent and whatever fails then."""
    if procedure is not None:
        output.warn(report_words().outside, *contact_lines(procedure.outside, phrases_in(language)))


def _wanted(options: ReportCheckInOptions, thread: Thread, language: str) -> Iterator[str]:
    """Return the reporter's wish for another reader, in words that handlers read."""
    if options.another and not options.asked:
        yield _ANOTHER.get(language, _ANOTHER["en"])
    for handler in find_handlers(thread.lines, options.asked):
        listed = thread.lines.documents.handler(handler)
        name = "" if listed is None else listed.name
        yield _NAMED.get(language, _NAMED["en"]).format(name=name)


def story(output: Output, options: ReportStoryOptions) -> None:
    """Say whether the reporter's story may be told on."""
    if options.give == options.withdraw:
        raise click.UsageError("Say either --give or --withdraw.")
    receipt = ask_receipt(options.receipt_source)
    consent = StoryConsent.GIVEN if options.give else StoryConsent.WITHDRAWN
    with Session(output, options.address.origin, options.proxy) as session:
        visit = open_to_write(output, session, options.address, receipt)
        thread = visit.thread
        language = spoken_on(thread.line, options.language)
        desk = _fetch_texts(session, thread).desk
        work = visit.seal_story(consent, language=language)
        sent = seal_and_deliver(output, session, visit, work, Keeping.of(options))
        if consent is StoryConsent.WITHDRAWN:
            begun = begun_clock(thread, desk, ToldKind.STORY_TAKEN_BACK, sent.received_on)
            _tell_day(output, begun)
