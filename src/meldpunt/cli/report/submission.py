"""`meldpunt report send`: send a new report, and show its receipt code once."""

import os
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

import click

from meldpunt.cli.render.drafts import submitted_json, tell_readers
from meldpunt.cli.render.proof import keep
from meldpunt.cli.report.answers_file import read_answers_file
from meldpunt.cli.report.commands.visit import ReportSendOptions
from meldpunt.cli.report.interview import Asked, Interview, Interviewed
from meldpunt.cli.speech.phrases import Phrases, phrases_in
from meldpunt.cli.speech.report_words import report_words
from meldpunt.cli.speech.said import said
from meldpunt.cli.speech.spoken import speak, speak_as_line, spoken, system_language
from meldpunt.cli.terminal import words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.prompts import terminal
from meldpunt.cli.terminal.receipt_code import check_new_code, elsewhere, give_code, seal
from meldpunt.cli.terminal.selection import Selection, find_handlers, select
from meldpunt.cli.terminal.session import LOOK, Session
from meldpunt.cli.terminal.texts import check_text, read_text, spoken_on
from meldpunt.client import (
    AnsweredForm,
    DraftReport,
    Reporter,
    fetch_form,
    fetch_guide,
    fetch_procedure,
    utc_today,
)
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.texts.form import Form
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError


@dataclass(frozen=True, slots=True)
class _Written:
    """What a person wants to report, in whatever way they wrote it."""

    selection: Selection
    phrases: Phrases
    """In the language of the interview, if there was one."""
    text: str = ""
    answered: AnsweredForm | None = None

    def without(self, left_out: tuple[ids.HandlerId, ...]) -> "_Written":
        """Return the same for fewer readers."""
        chosen = self.selection["readers"]
        selection = Selection(
            language=self.selection["language"],
            readers=None if chosen is None else tuple(r for r in chosen if r not in left_out),
            left_out=tuple(sorted({*self.selection["left_out"], *left_out})),
        )
        return replace(self, selection=selection)

    def prepare(self, reporter: Reporter, line: VerifiedLine) -> Coroutine[Any, Any, DraftReport]:
        """Seal it."""
        if self.answered is None:
            return reporter.prepare(line, self.text, **self.selection)
        return reporter.prepare_answers(line, self.answered, **self.selection)


def send(output: Output, options: ReportSendOptions) -> None:
    """Send a new report, after the person has seen its code and typed it."""
    check_new_code(options.code)
    if options.file is not None and options.answers is not None:
        raise click.UsageError("Give a text or --answers, not both.")
    text = None if options.file is None else read_text(options.file)
    kept_path = options.kept_path
    if kept_path is not None and os.path.lexists(kept_path):
        raise click.UsageError("There is already a file of that name; a new report needs its own.")
    with Session(output, options.address.origin, options.proxy) as session:
        reporter = Reporter(session.transport, options.address.line_id, pin=options.address.pin)
        line = session.run("Fetching the line", reporter.line())
        speak_as_line(line.document.languages)
        if line.freshness is Freshness.PAST_GRACE:  # before the person gives a text or a code
            output.warn(*words.contact_lines(line), *elsewhere(session, line))
            raise RefusedError(Reason.DOCUMENT_EXPIRED)
        written = _written(session, line, options, text)
        submission = _sealed(session, output, reporter, line, written, options)
        give_code(output, submission, submission.readers, options.code, written.phrases)
        if kept_path is not None:  # before sending: only this process has the content key
            work = reporter.prove(line, submission)
            keep(output, kept_path, session.run("Keeping a proof", work), final=False)
        sent = session.deliver(lambda: reporter.send(submission), look=LOOK)
        if kept_path is not None:
            work = reporter.prove(line, submission, sent)
            keep(output, kept_path, session.run("Keeping a proof", work))
    names = [words.name_of(reader, line) for reader in submission.readers]
    output.result(
        submitted_json(sent, submission),
        written.phrases.sent.format(day=sent.received_on, names=", ".join(names)),
        written.phrases.come_back.format(address=options.address)
        + _language_to_come_back_in(line, written.phrases.language),
    )


def _language_to_come_back_in(line: VerifiedLine, language: str) -> str:
    """Return the option that keeps the language of an interview, if nothing else would."""
    is_as_line = language == line.document.languages[0]
    if is_as_line and system_language() in (None, spoken()):
        return ""
    return report_words().come_back_in.format(language=language)


def _sealed(
    session: Session,
    output: Output,
    reporter: Reporter,
    line: VerifiedLine,
    written: _Written,
    options: ReportSendOptions,
) -> DraftReport:
    """Seal it, and let a person at the terminal leave out who would read it: before the code.

    Whoever was asked by the interview has seen the readers already.

    Raises:
        Refusal: No reader would be left.
        RefusedError: As the SDK.
        click.Abort: The person stopped.
    """
    while True:
        sealing = written.prepare(reporter, line)
        submission = seal(session, line, "Sealing the report", sealing)
        output.warn(*words.notices(submission.notices, line))
        tell_readers(output, submission.readers, line, written.phrases)
        asks = written.answered is None and not options.code.no_confirm
        left_out = _ask_whom_to_leave_out(line) if asks else ()
        if not left_out:
            return submission
        written = written.without(left_out)


def _ask_whom_to_leave_out(line: VerifiedLine) -> tuple[ids.HandlerId, ...]:
    with terminal() as screen:
        while screen is not None and (name := screen.ask(said().leave_out).strip()):
            try:
                return find_handlers(line, (name,))
            except click.UsageError as error:
                screen.say(error.message)
    return ()


def _written(
    session: Session, line: VerifiedLine, options: ReportSendOptions, text: str | None
) -> _Written:
    """Return a text from a file, answers from a file, or what the person says when asked.

    Raises:
        click.UsageError: There is nobody to ask, or the line has no form that can be asked.
        Refusal: As `read_answers_file`; a text that cannot be sent.
        click.Abort: The person stopped.
    """
    chosen = select(options.choice, line)
    phrases = phrases_in(spoken())
    if text is not None:
        return _Written(chosen, phrases, text)
    form = session.run("Fetching the questions", fetch_form(session.transport, line))
    if form is None:
        raise click.UsageError(
            "This program cannot read the questions of this line. Give a text: FILE, or - for"
            " standard input."
        )
    if options.answers is not None:
        answered = read_answers_file(options.answers, line, form)
    else:
        found = _ask(session, line, form, options)
        answered = found.answered
        phrases = phrases_in(found.language)
        chosen["language"] = found.language
        chosen["readers"] = chosen["readers"] or found.readers
        chosen["left_out"] = tuple(sorted({*chosen["left_out"], *found.left_out}))
    check_text(answered.text(chosen["language"]))
    return _Written(chosen, phrases, answered=answered)


def _ask(
    session: Session, line: VerifiedLine, form: Form, options: ReportSendOptions
) -> Interviewed:
    procedure = session.run("Fetching the procedure", fetch_procedure(session.transport, line))
    guide = session.run("Fetching the guide", fetch_guide(session.transport, line))
    asked = Asked(line, form, guide, procedure, utc_today())
    with terminal() as screen:
        if screen is None:
            raise click.UsageError(
                "There is no terminal to ask the questions on. Give a text (FILE, or - for standard"
                " input), or --answers FILE."
            )
        language = spoken_on(line, options.choice.language)
        speak(language)
        interview = Interview(screen, asked, language, not options.choice.readers)
        return interview.run()
