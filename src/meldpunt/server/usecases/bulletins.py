"""The host tells everybody at once on which days something came (section 10.6)."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import (
    TAG_SIZE,
    BulletinEntry,
    BulletinIndex,
    bulletin_hash,
    bulletin_tag,
    is_day,
    names_through,
    padded_count,
    start_bulletin_hash,
)
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.log.clocks import check_in_days, clock_statuses
from meldpunt.server.errors import NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store.bulletins import (
    BulletinRow,
    insert_bulletins,
    list_handler_messages,
    list_index,
    list_live_reports,
)
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.stored_values import stored_header
from meldpunt.server.usecases.last_day import check_day
from meldpunt.wire.bulletins import ServedBulletins

_ONE_DAY: Final = timedelta(days=1)
_SETTLED: Final = timedelta(minutes=15)
"""After midnight: what was received just before it is committed by then."""
_SIZE_KEPT_FOR: Final = timedelta(days=90)
"""How long a file stays as large as a busy day asked for."""
_PAGE: Final = 500


async def write_bulletins(host: Host) -> int:
    """Write the file of every day that is over and has none; returns how many days.

    The first run writes yesterday's, so that clients find an index.

    Raises:
        UnconfirmedDayError: The clock may be wrong, and a file is never written again.
    """
    today = await check_day(host)
    settled = datetime.fromtimestamp(host.clock.now(), UTC) - _SETTLED
    last = min(settled.date(), today) - _ONE_DAY
    index = await host.store.read(list_index)
    written = [date.fromisoformat(row.name) for row in index if is_day(row.name)]
    day = written[-1] + _ONE_DAY if written else last
    count = 0
    while day <= last:
        await write_day(host, day, await _real_tags(host, day))
        day += _ONE_DAY
        count += 1
    return count


async def write_day(host: Host, day: date, real: set[bytes]) -> None:
    """Write a day's file, and those of the month and the year that end with it.

    Args:
        host: The host.
        day: The day after the last one that has a file.
        real: The tags of the reports that got something on that day.
    """
    index = await host.store.read(list_index)
    tags = _fill(host, day, real, size=day_size(index, day, len(real)))
    rows = [
        BulletinRow(
            name=day.isoformat(),
            position=len(index),
            count=len(tags) // TAG_SIZE,
            hash=ids.Hash(bulletin_hash(day.isoformat(), tags)),
            tags=tags,
            least=padded_count(len(real)),
        )
    ]
    for name in names_through(day, day):
        if not is_day(name):
            rows.append(await _whole(host, name, [*index, *rows], day, tags))
    await host.store.write(lambda tx: insert_bulletins(tx, rows))


async def _whole(
    host: Host, name: str, index: list[BulletinRow], last: date, tags: bytes
) -> BulletinRow:
    """Return the entry of a month or year; its hash is over its days, one after the other."""
    days = [row for row in index if is_day(row.name) and row.name.startswith(name)]
    count = sum(row.count for row in days)
    state = start_bulletin_hash(name, count * TAG_SIZE)
    for row in days:
        state.update(tags if row.name == last.isoformat() else await read_day(host, row.name))
    return BulletinRow(name=name, position=len(index), count=count, hash=ids.Hash(state.digest()))


def day_size(index: Iterable[BulletinRow], day: date, real: int) -> int:
    """Return how many tags a file has: it rises at once, and falls after 90 days.

    Args:
        index: The files so far.
        day: The day of the new file.
        real: How many reports got something on that day.
    """
    since = (day - _SIZE_KEPT_FOR).isoformat()
    recent = (row.least for row in index if row.least is not None and row.name > since)
    return max(padded_count(real), *recent, 0)


def _fill(host: Host, day: date, real: set[bytes], *, size: int) -> bytes:
    """Return a day's tags among fillers, in order. A filler that is there already is left out."""
    found = set(real)
    for filler in _fillers(host, day):
        if len(found) >= size:
            return b"".join(sorted(found))
        found.add(filler)
    raise AssertionError  # fillers never end


def _fillers(host: Host, day: date) -> Iterator[bytes]:
    key, name, number = host.secrets.filler_key, day.isoformat().encode("ascii"), 0
    while True:
        yield labelled_hash(TAG_SIZE, "mp1/bulletin-filler", key, name, number.to_bytes(8, "big"))
        number += 1


async def _real_tags(host: Host, day: date) -> set[bytes]:
    """Return the tags of all reports that got something on a day."""
    tags = {tag async for tag in _of_messages(host, day)}
    tags.update([tag async for tag in _of_days(host, day)])
    return tags


async def _of_messages(host: Host, day: date) -> AsyncIterator[bytes]:
    place = (-(1 << 63), -(1 << 63))
    while True:
        page = await host.store.read(
            partial(list_handler_messages, day=day, after=place, limit=_PAGE)
        )
        for message in page:
            if REPORTER in stored_header(message.header).readers:
                yield bulletin_tag(host.secrets.masked(message.key, message.report), day)
        if len(page) < _PAGE:
            return
        place = page[-1].place


async def _of_days(host: Host, day: date) -> AsyncIterator[bytes]:
    after = -(1 << 63)
    while True:
        page = await host.store.read(partial(list_live_reports, day=day, after=after, limit=_PAGE))
        for report in page:
            if report.bulletin_key is not None and await _is_told(host, report, day):
                yield bulletin_tag(host.secrets.masked(report.bulletin_key, report.report_id), day)
        if len(page) < _PAGE:
            return
        after = page[-1].id


async def _is_told(host: Host, report: ReportRow, day: date) -> bool:
    """Say whether a day is a check-in, or a clock fell due on it and is not met."""
    document = await host.documents.find(report.document_hash)
    if document is None:
        return False
    if day in check_in_days(report.milestones, document):
        return True
    clocks = clock_statuses(report.milestones, document, day)
    return any(clock.due_on == day and clock.met_on is None for clock in clocks)


async def read_index(host: Host) -> bytes:
    """Return the signed index as JSON.

    Raises:
        NotFoundError: No file is written yet.
    """
    rows = await host.bulletins.index()
    if not rows:
        raise NotFoundError
    return signed_index(host, rows)


def signed_index(host: Host, rows: tuple[BulletinRow, ...]) -> bytes:
    """Return the signed index of these files as JSON, remembered if they are the newest."""
    signed = host.bulletins.signed
    if signed is None or signed[0] != rows[-1]:
        signed = host.bulletins.signed = (rows[-1], _sign_index(host, rows))
    return signed[1]


def _sign_index(host: Host, rows: Iterable[BulletinRow]) -> bytes:
    entries = tuple(BulletinEntry(name=r.name, tags=r.count, hash=r.hash) for r in rows)
    statement = BulletinIndex(version=1, bulletins=entries).to_json()
    served = ServedBulletins(index=statement, signature=host.secrets.sign_bulletins(statement))
    return served.to_json()


@dataclass(frozen=True, slots=True)
class BulletinFile:
    """A file that the index names."""

    size: int
    """Bytes."""
    days: tuple[str, ...]
    """The days that it holds, in order."""


async def find_bulletin(host: Host, name: str) -> BulletinFile:
    """Return what a file holds.

    Raises:
        NotFoundError: There is no such file.
    """
    remembered = host.bulletins.remembered(name)
    if remembered is not None:
        return BulletinFile(len(remembered), (name,))
    rows = await host.bulletins.index()
    entry = next((row for row in rows if row.name == name), None)
    if entry is None:
        raise NotFoundError
    days = tuple(row.name for row in rows if is_day(row.name) and row.name.startswith(name))
    return BulletinFile(entry.count * TAG_SIZE, days)


async def read_day(host: Host, name: str) -> bytes:
    """Return the file of a day, remembered or from the database.

    Raises:
        NotFoundError: There is no such file.
    """
    found = await host.bulletins.tags(name)
    if found is None:
        raise NotFoundError
    return found
