"""Handlers who answer by themselves, so that a developer sees a whole life of a report.

Each report is acknowledged and asked one question. Each later message of the reporter gets
feedback, or what it wishes: `WISHES` are words that a reporter may write anywhere in a message. The
other line takes up every report that it is asked for.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meldpunt.client import ClientError, Handler, Thread, ThreadMessage
from meldpunt.demo.sandbox_texts import PAUSE, SAID
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag

_SILENCE: Final = "#silence"
_WISHED: Final[Mapping[str, tuple[Tag, ...]]] = {
    "#close": (Tag.FEEDBACK, Tag.CLOSING),
    "#colleague": (Tag.ADMIT,),
    "#handover": (Tag.PROPOSAL,),
    "#pause": (Tag.PAUSE,),
    _SILENCE: (),
}
WISHES: Final = tuple(_WISHED)
"""What a reporter may write to see more than acknowledgement, question and feedback."""
_UNANSWERED: Final = frozenset({Tag.WITHDRAWAL, Tag.CONSENT, Tag.SUCCESSION})
"""Messages of a reporter that the sandbox only reads."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A line whose handlers answer by themselves, and another line that takes reports over."""

    handlers: tuple[Handler, ...]
    others: tuple[Handler, ...]
    other_line: ids.LineId

    async def look(self) -> None:
        """Look into each inbox once, and answer what waits; what fails, at the next look."""
        for handler in self.handlers:
            await _each(handler, self._answer)
        for handler in self.others:
            await _each(handler, self._answer_there)

    async def _answer(self, handler: Handler, thread: Thread) -> None:
        newest = _newest_of_reporter(thread)
        if not _answers(handler, newest) or newest.header.tag in _UNANSWERED:
            return
        done = {message.header.tag for message in _answers_to(newest, thread)}
        for tag in _wanted(newest):
            if tag not in done:
                await self._write(handler, thread, tag, _language(newest))
                return

    async def _answer_there(self, handler: Handler, thread: Thread) -> None:
        """Take up what the reporter hands over; answer it then like any other report."""
        asked = thread.log.handovers.asked
        newest = _newest_of_reporter(thread)
        if asked is None:
            await self._answer(handler, thread)
        elif handler.keys.handler_id == min(asked.readers):
            language = _language(newest)
            await handler.accept(thread, SAID[Tag.ACCEPTANCE][language], language=language)

    async def _write(self, handler: Handler, thread: Thread, tag: Tag, language: str) -> None:
        text = SAID[tag][language]
        match tag:
            case Tag.ACKNOWLEDGEMENT:
                await handler.acknowledge(thread, text, language=language)
            case Tag.FEEDBACK:
                await handler.feedback(thread, text, language=language)
            case Tag.CLOSING:
                await handler.close(thread, text, language=language)
            case Tag.PAUSE:
                until = handler.today() + PAUSE
                await handler.pause(thread, text, language=language, until=until)
            case Tag.PROPOSAL:
                await handler.propose(thread, self.other_line, text, language=language)
            case Tag.ADMIT:
                readers = _newest_of_reporter(thread).header.readers
                newcomers = (h.keys.handler_id for h in self.handlers)
                newcomer = next(each for each in newcomers if each not in readers)
                await handler.admit(thread, newcomer, text, language=language)
            case _:
                await handler.reply(thread, text, language=language)


async def _each(handler: Handler, answer: Callable[[Handler, Thread], Awaitable[None]]) -> None:
    try:
        entries = [entry.entry async for entry in handler.entries()]
    except ClientError:
        return  # the host is busy, or stopping
    for entry in entries:
        try:
            thread = await handler.read(entry)
            if not thread.erased and thread.status.state is not State.HANDED_OVER:
                await handler.add_missing_wraps(thread)
                await answer(handler, thread)
        except (ClientError, RefusedError):
            continue  # a colleague was faster, or there is nothing to answer any more


def _newest_of_reporter(thread: Thread) -> ThreadMessage:
    return [message for message in thread.messages if message.header.author == REPORTER][-1]


def _answers_to(newest: ThreadMessage, thread: Thread) -> Iterator[ThreadMessage]:
    """Give what handlers wrote after they had seen a message of the reporter."""
    for message in thread.messages:
        if message.header.author != REPORTER and newest.message_id in message.header.seen:
            yield message


def _wanted(newest: ThreadMessage) -> tuple[Tag, ...]:
    """Return what answers a message of the reporter, in order."""
    wishes = [wish for wish in _WISHED if wish in (newest.text or "")]
    if _SILENCE in wishes:
        return ()
    wished = tuple(tag for wish in wishes for tag in _WISHED[wish])
    if newest.header.tag is Tag.REPORT:
        return (Tag.ACKNOWLEDGEMENT, *(wished or (Tag.MESSAGE,)))
    return wished or (Tag.FEEDBACK,)


def _answers(handler: Handler, newest: ThreadMessage) -> bool:
    """Say whether this handler is the one of the readers who answers."""
    readers = [reader for reader in newest.header.readers if reader != REPORTER]
    return handler.keys.handler_id in readers[:1]


def _language(newest: ThreadMessage) -> str:
    return "nl" if newest.payload is not None and newest.payload.language == "nl" else "en"
