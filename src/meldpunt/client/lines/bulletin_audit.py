"""The audit of a host's bulletins: the signed index, and every file that it names.

A host could give different files to different people, or change a day that is over. The index is
signed, so two indexes that contradict each other are evidence. Somebody has to keep one to notice.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from meldpunt.client.http.api import BulletinApi
from meldpunt.client.http.errors import AnswerError, ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.findings import Check, Finding, Level
from meldpunt.protocol.verify.bulletin import (
    TAG_SIZE,
    BulletinEntry,
    BulletinIndex,
    read_bulletin,
    verify_index,
)
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.wire.bulletins import ServedBulletins
from meldpunt.wire.problems import ProblemType

_LATE: Final = timedelta(days=2)
"""The last day may be as old as this: a day's file comes in the hours after midnight (UTC)."""


@dataclass(slots=True)
class BulletinAudit:
    """What an audit of the bulletins found."""

    findings: list[Finding] = field(default_factory=list)
    index: ServedBulletins | None = None
    """The index, if it is valid."""


async def audit_bulletins(
    transport: Transport,
    receipt_key: bytes,
    today: date,
    *,
    kept: ServedBulletins | None = None,
    earlier_keys: Collection[bytes] = (),
) -> BulletinAudit:
    """Check the index and all files of a host.

    Args:
        transport: The way to the host.
        receipt_key: The host's receipt key (32 bytes), from a verified line document.
        today: The device's day.
        kept: The index of an earlier audit, to compare with.
        earlier_keys: The receipt keys that older documents of the line name.

    Raises:
        ClientError: As `Transport.call`, if the host does not answer at all.
    """
    audit, api = BulletinAudit(), BulletinApi(transport)
    try:
        served = await api.index()
        index = _verify(served, receipt_key, today)
    except RefusedError as error:
        audit.findings.append(Finding(Level.ALARM, Check.BULLETINS, reason=error.reason))
        return audit
    except AnswerError:
        audit.findings.append(Finding(Level.ALARM, Check.BULLETINS))
        return audit
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        level = Level.NOTE if kept is None else Level.ALARM
        audit.findings.append(Finding(level, Check.BULLETINS))
        return audit
    audit.index = served
    audit.findings.append(Finding(Level.FINE, Check.BULLETINS))
    is_late = index.last_day + _LATE < today
    days = Finding(Level.NOTE if is_late else Level.FINE, Check.BULLETIN_DAYS, day=index.last_day)
    audit.findings.append(days)
    if kept is not None:
        audit.findings.append(_compare(index, kept, receipt_key, earlier_keys, today))
    bad = [found for entry in index.bulletins if (found := await _file(api, entry, index))]
    audit.findings += bad or [Finding(Level.FINE, Check.BULLETIN_FILES)]
    return audit


def _verify(served: ServedBulletins, receipt_key: bytes, today: date) -> BulletinIndex:
    return verify_index(served.index, served.signature, receipt_key=receipt_key, today=today)


def _compare(
    index: BulletinIndex,
    kept: ServedBulletins,
    receipt_key: bytes,
    earlier_keys: Collection[bytes],
    today: date,
) -> Finding:
    """Compare an index with one that was kept.

    If a key that an older document of the line names signed the kept one, the line has moved since,
    or the host has a new key. An index of any other key may be of another host.
    """
    try:
        earlier = _verify(kept, receipt_key, today)
    except RefusedError as error:
        if any(_holds(kept, key, today) for key in earlier_keys):
            return Finding(Level.NOTE, Check.BULLETIN_MOVE)
        return Finding(Level.NOTE, Check.BULLETIN_HISTORY, reason=error.reason)
    name = index.first_difference(earlier)
    level = Level.FINE if name is None else Level.ALARM
    return Finding(level, Check.BULLETIN_HISTORY, file=name)


def _holds(kept: ServedBulletins, key: bytes, today: date) -> bool:
    try:
        _verify(kept, key, today)
    except RefusedError:
        return False
    return True


async def _file(api: BulletinApi, entry: BulletinEntry, index: BulletinIndex) -> Finding | None:
    """Return what is wrong with a file, or None. A month or a year is checked day by day."""
    try:
        content = await api.file(entry.name, entry.tags * TAG_SIZE)
        read_bulletin(entry.name, content, index)
    except RefusedError as error:
        return Finding(Level.ALARM, Check.BULLETIN_FILES, reason=error.reason, file=entry.name)
    except AnswerError:
        return Finding(Level.ALARM, Check.BULLETIN_FILES, file=entry.name)
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        return Finding(Level.ALARM, Check.BULLETIN_FILES, file=entry.name)
    return None
