"""The handover of a report to another line of the same host (section 9.7).

For the reporter: whom a consent asks, and which messages they may read. For the handlers of both
lines: what they may say during a handover.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.errors import ProblemError, UnsentError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.randomness import Entropy
from meldpunt.client.lines.report_lines import MAX_OTHER_LINES, fetch_line_here
from meldpunt.client.messages.draft import choose_readers, is_usable
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Handover, Tag
from meldpunt.wire.problems import ProblemType

MAX_MESSAGES: Final = 256
"""The most messages that a consent can name."""
_SHORTEST: Final = timedelta(days=14)
_SUNDAY: Final = 6
_TAGS_OF_ASKED: Final = frozenset({Tag.MESSAGE, Tag.ACCEPTANCE, Tag.REFUSAL})


async def find_line(
    transport: Transport, thread: Thread, wanted: ids.LineId | LineAddress, today: date
) -> VerifiedLine:
    """Return another line of the host that a report is on, verified from its id.

    Args:
        transport: The way to the host.
        thread: The report.
        wanted: From the person's own source, or from a proposal that they can read.
        today: The device's day.

    Raises:
        UnsentError: The line cannot take the report up. The error's message says why, and what to
            do.
        RefusedError: As `verify_line`.
        ClientError: As `Transport.call`.
    """
    address = wanted if isinstance(wanted, LineAddress) else LineAddress(transport.origin, wanted)
    if address.line_id == thread.line.document.line_id:
        raise UnsentError("That line has this report already.")
    try:
        line = await fetch_line_here(transport, address.line_id, today, address.pin)
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        raise UnsentError(_NOT_HERE) from None
    if not {transport.origin, address.origin}.issubset(line.document.origins):
        raise UnsentError(_NOT_HERE)
    _check_reachable(line, today)
    return line


_NOT_HERE: Final = (
    "That line is not on the host of this report, so it cannot take it up. Make a new report on"
    " that line instead."
)


def _check_reachable(line: VerifiedLine, today: date) -> None:
    active = (line.recipient(handler.id) for handler in line.document.active_handlers(today))
    if line.freshness is Freshness.PAST_GRACE or not any(r and is_usable(r) for r in active):
        raise UnsentError(
            "Nobody on that line could read this at the moment: its document or the keys of its"
            " handlers are out of date. Choose another line, or reach that office another way."
        )


def choose_handover(
    thread: Thread,
    target: VerifiedLine,
    *,
    readers: Collection[ids.HandlerId] | None,
    left_out: Collection[ids.HandlerId],
    messages: Collection[ids.MessageId] | None,
    today: date,
    entropy: Entropy,
) -> tuple[Handover, frozenset[ids.HandlerId]]:
    """Return the content of a consent, and its readers of both lines.

    Args:
        thread: The report, as the reporter read it just before.
        target: The line that is asked.
        readers: The handlers of the other line who decide. By default they are drawn by lot. On a
            line that was in this report before, they are the reporter's last readers there.
        left_out: Handlers of either line who must not read the report any more, or at all.
        messages: The messages so far that the other line may read; by default all.
        today: The device's day.
        entropy: For the lot.

    Raises:
        UnsentError: Nobody could pass the messages on, the reporter may not show them, or none of
            the other line's earlier readers is left.
        RefusedError: As `choose_readers`, and as `Thread.readers`.
    """
    others = {line.document.line_id for line in thread.lines.others}
    if len(others | {target.document.line_id}) > MAX_OTHER_LINES:
        raise UnsentError("Enough lines were asked to take this report. Make a new one instead.")
    own, theirs = _split(thread, target, left_out)
    if readers is None:
        readers = _chosen_before(thread, target, theirs, today)
    chosen = choose_readers(target, readers, theirs, today=today, entropy=entropy)
    kept = frozenset(_answering(thread, today)) - own
    handover = Handover(
        line_id=target.document.line_id,
        document=target.document_hash,
        readers=tuple(sorted(chosen)),  # sorted by bytes, unlike the readers of a header
        messages=_choose_messages(thread, kept, messages),
        until=last_day(today),
    )
    return handover, kept.union(chosen)


def _chosen_before(
    thread: Thread, target: VerifiedLine, left_out: Collection[ids.HandlerId], today: date
) -> frozenset[ids.HandlerId] | None:
    """Return the last readers whom the reporter chose on a line; None if it was never asked.

    On a line that was asked before, nobody is drawn by lot. The lot could draw somebody whom the
    reporter left out, and neither the device nor the log remembers that.

    Raises:
        UnsentError: None of these readers handles reports any more.
    """
    active = {handler.id for handler in target.document.active_handlers(today)}
    line = {handler.id for handler in target.document.handlers}
    headers = {v.message_id: v.header for v in thread.log.headers}
    own = {m: h for m, h in headers.items() if h.author == REPORTER and line & set(h.readers)}
    if not own:
        return None
    covered = causality.ancestors((m for header in own.values() for m in header.seen), headers)
    newest = [set(header.readers) for message, header in own.items() if message not in covered]
    left = active.intersection(*newest).difference(left_out)
    if not left:
        raise UnsentError(
            "Nobody of that line who could read this report before handles reports now. Choose who"
            " of them may read it: those whom you left out before are not known here."
        )
    return frozenset(left)


def last_day(today: date) -> date:
    """Return the last day to answer a consent: the first Sunday at least two weeks from today."""
    earliest = today + _SHORTEST
    return earliest + timedelta(days=(_SUNDAY - earliest.weekday()) % 7)


def _split(
    thread: Thread, target: VerifiedLine, left_out: Collection[ids.HandlerId]
) -> tuple[frozenset[ids.HandlerId], frozenset[ids.HandlerId]]:
    """Split handlers into those of the line that has the report and those of the line asked."""
    theirs = frozenset(h for h in left_out if target.document.handler(h) is not None)
    own = frozenset(left_out) - theirs
    if any(thread.line.document.handler(handler) is None for handler in own):
        raise RefusedError(Reason.READER_NOT_ALLOWED)
    return own, theirs


def _answering(thread: Thread, today: date) -> list[ids.HandlerId]:
    """Return the readers of the next message who belong to the line that has the report."""
    return [h for h in thread.readers(today) if thread.line.document.handler(h) is not None]


def _choose_messages(
    thread: Thread, kept: Collection[ids.HandlerId], wanted: Collection[ids.MessageId] | None
) -> tuple[ids.MessageId, ...]:
    """Return the messages that the other line may read: those that the reporter wrote or may read.

    For each message there must be a handler who can pass it on. Otherwise the other line could
    never accept.
    """
    ignored, log, left_out = thread.log.void, thread.log, thread.left_out
    possible = {
        message.message_id
        for message in thread.messages
        if (message.header.author == REPORTER or REPORTER in message.header.readers)
        and any(log.may_read(handler, message.message_id, left_out) for handler in kept)
    }
    chosen = possible - ignored if wanted is None else set(wanted)
    if not chosen or not chosen <= possible:
        raise UnsentError(
            "Nobody who reads this report could show the other line what you wrote, or a message"
            " chosen is not yours to show. Choose other messages, or make a new report there."
        )
    if len(chosen) > MAX_MESSAGES:
        raise UnsentError(f"Choose at most {MAX_MESSAGES} messages for the other line to read.")
    return tuple(sorted(chosen))


def check_may_say(thread: Thread, tag: Tag, today: date) -> None:
    """Refuse a message that a handler may not send in this state of a handover.

    Raises:
        UnsentError: Another line answers the report, or this line has not taken it up yet.
    """
    if thread.report.terms.participation.ending is not None:
        raise UnsentError(
            "This report is not with your line any more, or was not taken up by it: nothing can be"
            " said in it from here."
        )
    asked = thread.me in thread.log.handovers.invited(today)
    if asked and tag not in _TAGS_OF_ASKED:
        raise UnsentError(
            "Your line has not taken this report up yet: accept or refuse it first. Until then you"
            " can only reply."
        )


def consent_to_answer(thread: Thread, today: date) -> ids.MessageId:
    """Return the consent that waits for an answer of this handler's line.

    Raises:
        UnsentError: No consent waits.
    """
    pending = thread.log.handovers.pending
    if pending is None or thread.me not in thread.log.handovers.invited(today):
        raise UnsentError("Nobody waits for your line to take this report up, or to refuse it.")
    return pending


def check_received(thread: Thread, consent: ids.MessageId) -> None:
    """Refuse to accept a report with unread messages: an acceptance signs for all of them.

    Raises:
        UnsentError: This device cannot open some of the messages that the consent names.
    """
    opened = {message.message_id for message in thread.messages if message.opened is not None}
    missing = len(set(thread.log.handovers.consents[consent].messages) - opened)
    if missing:
        raise UnsentError(
            f"{missing} of the messages that come with this report cannot be opened here, and who"
            " accepts it signs for having received all of them. A handler of the line that hands"
            " it over passes them on by reading the report; try again after that, or refuse."
        )
