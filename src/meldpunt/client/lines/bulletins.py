"""Look whether something arrived, without telling the host for which report (section 10.6).

Every look fetches the same files in the same order, before anybody types a code. So the host
learns that somebody looks, but never for which report.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from meldpunt.client.http.address import parse_origin
from meldpunt.client.http.api import BulletinApi
from meldpunt.client.http.errors import AddressError, AnswerError, ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.bulletin import (
    TAG_SIZE,
    BulletinIndex,
    DayTags,
    find_days,
    read_bulletin,
    verify_index,
    whole_years,
    window,
    window_start,
)
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.wire.problems import ProblemType

_ONE_DAY = timedelta(days=1)
_MAX_LOOK: Final = 256 << 20
"""The most bytes of all files of one look (section 10.6). Files beyond it stay unknown."""


@dataclass(frozen=True, slots=True, repr=False)
class Bulletins:
    """The result of one look: days with their tags, and days without a valid file."""

    days: tuple[DayTags, ...]
    """The days in order, each checked against the signed index."""
    unknown: tuple[date, ...]
    """The days without a valid file. Never tell a person that nothing arrived on them."""
    first: date
    """The first day that the look covers."""
    last: date
    """The last day that the look covers: yesterday (UTC)."""
    is_named: bool = True
    """Whether the line's document names the origin from which they came. Tell a person if not."""

    def news(self, key: bytes) -> tuple[date, ...]:
        """Return the days on which something arrived for the report of a bulletin key."""
        return find_days(key, self.days)

    def has(self, day: date) -> bool:
        """Say whether a valid file for a day was fetched."""
        return any(each.day == day for each in self.days)


async def fetch_bulletins(
    transport: Transport, line: VerifiedLine, today: date, *, further_back: bool = False
) -> Bulletins:
    """Fetch the files of every look: this month and the three before it.

    Args:
        transport: The way to the line's host.
        line: The verified line. Its document names the key that signs the index.
        today: The device's day.
        further_back: Also fetch whole years, as far back as the host has them.

    Raises:
        RefusedError: As `verify_index`.
        ClientError: As `Transport.call`; NOT_FOUND when the host publishes no bulletins.
    """
    api = BulletinApi(transport)
    served = await api.index()
    receipt_key = line.document.receipt_key
    index = verify_index(served.index, served.signature, receipt_key=receipt_key, today=today)
    names = window(index, today)
    if further_back:
        names = (*whole_years(index, today), *names)
    found: dict[date, DayTags] = {}
    for name in _within_limit(names, index):
        found.update({day.day: day for day in await _fetch(api, name, index)})
    first = min(index.first_day, window_start(today)) if further_back else window_start(today)
    wanted = _days(first, today)
    return Bulletins(
        days=tuple(found[day] for day in sorted(found)),
        unknown=tuple(day for day in wanted if day not in found),
        first=first,
        last=today - _ONE_DAY,
        is_named=_is_named(transport.origin, line.document.origins),
    )


def _is_named(origin: str, named: Sequence[str]) -> bool:
    """Say whether a document names an origin. One that nobody could reach names nothing."""
    for each in named:
        with suppress(AddressError):
            if parse_origin(each) == origin:
                return True
    return False


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += _ONE_DAY


def _within_limit(names: Sequence[str], index: BulletinIndex) -> tuple[str, ...]:
    """Return the names of the files that fit. Only the index decides, so all clients fetch these.

    Files count from the newest back: further back must not cost what came last.
    """
    entries, left = index.entries, _MAX_LOOK
    fitting: list[str] = []
    for name in reversed(names):
        left -= entries[name].tags * TAG_SIZE
        if left < 0:
            break
        fitting.append(name)
    return tuple(reversed(fitting))


async def _fetch(api: BulletinApi, name: str, index: BulletinIndex) -> tuple[DayTags, ...]:
    """Return the days of a file. A missing or invalid file gives none: its days stay unknown."""
    try:
        content = await api.file(name, index.entries[name].tags * TAG_SIZE)
        return read_bulletin(name, content, index)
    except (RefusedError, AnswerError):
        return ()
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        return ()
