"""Renew box keys: seal what old keys open to the newest key, then destroy the old keys.

So erasure reaches backups: a destroyed key opens nothing, not even in a forgotten copy of the
database. A host that withholds a report or a body must not keep a key alive for ever. So ended keys
wait for it only for a limited time.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from meldpunt.client.handler import Handler
from meldpunt.client.http.concurrency import AT_ONCE, side_by_side
from meldpunt.client.http.errors import ClientError, WithheldError
from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.rewrapping import Failure, RewrappedReport, Rewrapping, clean_wraps
from meldpunt.client.thread.notices import Notice
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError

WAITING: Final = timedelta(days=30)
"""How long ended keys are kept for a report, from the first renewal that could not move it."""


@dataclass(frozen=True, slots=True)
class UnmovedReport:
    """A report with a message that could not be moved to the newest key."""

    entry: ids.EntryId
    failure: Failure
    until: date
    """The last day on which ended keys are kept for it."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal did."""

    rewrapped: int
    """Messages that now open with the newest key."""
    past_term: tuple[ids.EntryId, ...]
    """Reports past their term. They were not moved, so no key opens them now."""
    forgotten: int
    """Box keys destroyed."""
    closed: int = 0
    """Messages that no remaining key opens."""
    alarms: tuple[tuple[ids.EntryId, Alarm], ...] = ()
    """The alarms of the reports that were read."""
    notices: tuple[tuple[ids.EntryId, Notice], ...] = ()
    """What else says something against the host, of these reports."""
    waiting: tuple[UnmovedReport, ...] = ()
    """Reports for which ended keys were kept."""
    given_up: tuple[UnmovedReport, ...] = ()
    """Reports for which no key waits any more. Nobody opens what only destroyed keys opened."""


async def renew_keys(
    handler: Handler,
    save: Callable[[HandlerKeys], None],
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    *,
    give_up: Collection[ids.EntryId] = (),
) -> Renewal:
    """Move every message from ended keys to the newest key, then destroy the ended keys.

    After an interruption, call it again: it moves only what is left. A report that cannot be moved
    does not stop the others. Ended keys are kept for it, up to 30 days after the first renewal that
    failed on it. Then they are destroyed all the same, and `given_up` names the report.

    Args:
        handler: The handler, whose keys should be published ahead. Its memory keeps the day on
            which a renewal first failed on a report.
        save: Stores the keys durably.
        tell: Called with the number of reports done, and the number of all.
        give_up: Reports for which no key waits. If the host does not list one, it is forgotten.

    Raises:
        RefusedError: KEY_NUMBER without a current key; as `Handler.line`.
        ClientError: As `Transport.call`, when the host does not answer at all.
    """
    keys, today = handler.keys, handler.today()
    published = keys.published()
    ended = frozenset(s.key_id for s in published if s.not_after + 2 * TOLERANCE < today)
    current = _current(keys, today)
    work = Rewrapping(handler, await handler.line(), ended, current)
    listed = [entry.entry async for entry in handler.entries()]
    found = await _go_through(work, listed, tell)
    unmoved = _unmoved(handler, found, today)
    given_up = tuple(u for u in unmoved if u.entry in give_up or today > u.until)
    waiting = tuple(u for u in unmoved if u not in given_up)
    first = _first_kept(keys, ended, _needed(found, waiting, ended))
    held = _held(handler.keys)
    handler.keys = handler.keys.forget(first)  # the handler may have published keys meanwhile
    forgotten = held - _held(handler.keys)
    save(handler.keys)
    _forget(handler, given_up, give_up)
    destroyed = {s.key_id for s in published if s.number < first}
    if not await clean_wraps(handler, found, destroyed):
        await handler.line()  # raises if the host does not answer at all
    return Renewal(
        rewrapped=sum(report.moved for report in found),
        past_term=tuple(report.entry for report in found if report.is_past_term),
        forgotten=forgotten,
        closed=sum(report.closed for report in found),
        alarms=tuple((report.entry, alarm) for report in found for alarm in report.alarms),
        notices=tuple((report.entry, notice) for report in found for notice in report.notices),
        waiting=waiting,
        given_up=given_up,
    )


async def _go_through(
    work: Rewrapping, listed: list[ids.EntryId], tell: Callable[[int, int], None]
) -> list[RewrappedReport]:
    """Move every report. If many fail, check that the host answers at all.

    Raises:
        ClientError: The host does not answer.
    """
    found: list[RewrappedReport] = []
    failed = 0
    async with aclosing(side_by_side(listed, work.report)) as reports:
        async for report in reports:
            found.append(report)
            tell(len(found), len(listed))
            failed = failed + 1 if isinstance(report.failure, ClientError) else 0
            if failed == AT_ONCE:
                await work.handler.line()
    if any(isinstance(report.failure, ClientError) for report in found):
        await work.handler.line()
    return found


def _unmoved(
    handler: Handler, found: Iterable[RewrappedReport], today: date
) -> tuple[UnmovedReport, ...]:
    """Return the reports that could not be moved, and remember since when."""
    there = {report.entry: report for report in found if not report.is_gone}
    failures: dict[ids.EntryId, Failure] = {
        entry: report.failure for entry, report in there.items() if report.failure is not None
    }
    failures |= {entry: WithheldError() for entry in handler.memory.unlisted(there, today)}
    known = handler.memory.unmoved
    since = {entry: known.get(entry, today) for entry in sorted(failures)}
    handler.memory.unmoved = since
    return tuple(
        UnmovedReport(entry, failures[entry], day + WAITING) for entry, day in since.items()
    )


def _needed(
    found: Iterable[RewrappedReport],
    waiting: Iterable[UnmovedReport],
    ended: frozenset[ids.KeyId],
) -> frozenset[ids.KeyId]:
    """Return the ended keys to keep. A report that the host does not show may need any of them."""
    needed = {report.entry: report.needed for report in found if not report.is_gone}
    return frozenset[ids.KeyId]().union(*(needed.get(each.entry, ended) for each in waiting))


def _first_kept(
    keys: HandlerKeys, ended: Collection[ids.KeyId], needed: Collection[ids.KeyId]
) -> int:
    kept = (s.number for s in keys.published() if s.key_id not in ended or s.key_id in needed)
    return min(kept, default=0)


def _forget(
    handler: Handler, given_up: Iterable[UnmovedReport], asked: Collection[ids.EntryId]
) -> None:
    """Forget reports that a person gave up and the host does not list. Keep all other memory."""
    for each in given_up:
        if each.entry in asked and isinstance(each.failure, WithheldError):
            handler.memory.reports.pop(each.entry, None)
            handler.memory.unmoved.pop(each.entry, None)


def _held(keys: HandlerKeys) -> int:
    return sum(chain.last_number - chain.number + 1 for chain in keys.chains)


def _current(keys: HandlerKeys, today: date) -> Recipient:
    found = [s for s in keys.published() if s.not_before <= today <= s.not_after]
    if not found:
        raise RefusedError(Reason.KEY_NUMBER)
    return Recipient(found[-1].key_id, found[-1].public_key)
