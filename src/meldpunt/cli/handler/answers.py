"""`meldpunt handler acknowledge` and the like: one function for each thing a handler can say."""

from collections.abc import Callable, Coroutine
from typing import Any

from meldpunt.cli.handler.commands.answers import (
    AnswerOptions,
    HandlerAcceptOptions,
    HandlerAcknowledgeOptions,
    HandlerCloseOptions,
    HandlerFeedbackOptions,
    HandlerPauseOptions,
    HandlerProposeOptions,
    HandlerRefuseOptions,
    HandlerReopenOptions,
    HandlerReplyOptions,
)
from meldpunt.cli.handler.thread import open_report, send_draft
from meldpunt.cli.render.drafts import said_json, tell_thread
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.cli.terminal.texts import check_standard_input, read_text, spoken_on
from meldpunt.client import Draft, Handler, Thread
from meldpunt.protocol.verify.log.header import Tag

Making = Callable[[Handler, Thread, str, str], Coroutine[Any, Any, Draft]]
"""Seals what a handler says: in a report, with a text, in a language."""


def acknowledge(output: Output, options: HandlerAcknowledgeOptions) -> None:
    """Say that a report was received."""
    _say(output, options, _making(Tag.ACKNOWLEDGEMENT))


def feedback(output: Output, options: HandlerFeedbackOptions) -> None:
    """Say what was done with a report."""
    _say(output, options, _making(Tag.FEEDBACK))


def close(output: Output, options: HandlerCloseOptions) -> None:
    """Close a report."""
    _say(output, options, _making(Tag.CLOSING))


def reopen(output: Output, options: HandlerReopenOptions) -> None:
    """Take a closed report up again."""
    _say(output, options, _making(Tag.REOPENING))


def reply(output: Output, options: HandlerReplyOptions) -> None:
    """Write to the reporter and the other readers, or to the others alone."""
    _say(output, options, _making(Tag.MESSAGE, note=options.note))


def pause(output: Output, options: HandlerPauseOptions) -> None:
    """Pause the clocks of a report."""
    _say(output, options, _making(Tag.PAUSE, until=options.until))


def propose(output: Output, options: HandlerProposeOptions) -> None:
    """Propose to hand a report to another line of this host."""

    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return await me.seal_proposal(thread, options.target, text, language=language)

    _say(output, options, make)


def accept(output: Output, options: HandlerAcceptOptions) -> None:
    """Take up a report that its reporter hands to the handler's line."""
    _say(output, options, _answering(Tag.ACCEPTANCE))


def refuse(output: Output, options: HandlerRefuseOptions) -> None:
    """Leave a report with the line that has it."""
    _say(output, options, _answering(Tag.REFUSAL))


def _say(output: Output, options: AnswerOptions, make: Making) -> None:
    """Read the report anew, seal once, send until answered."""
    check_standard_input(options.file, options.key_file.passphrase_source)
    text = read_text(options.file)
    keys = HandlerFile.open(options.key_file)
    with Session(output, keys.address.origin, options.proxy) as session:
        me, thread = open_report(output, session, keys, options.entry)
        tell_thread(output, thread, me.today())
        language = spoken_on(thread.line, options.language)
        draft = session.run("Sealing", make(me, thread, text, language))
        sent = send_draft(output, session, me, thread, draft, options.unsent)
    output.result(said_json(sent, thread, draft), f"The host received it on {sent.received_on}.")


def _making(tag: Tag, **fields: Any) -> Making:  # noqa: ANN401 (those of `Handler.seal`)
    """Return what seals a message with a tag."""

    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return me.seal(thread, text, language=language, tag=tag, **fields)

    return make


def _answering(tag: Tag) -> Making:
    """Return what seals a handler's answer to a handover."""

    async def make(me: Handler, thread: Thread, text: str, language: str) -> Draft:
        return me.seal_answer(thread, text, language=language, tag=tag)

    return make
