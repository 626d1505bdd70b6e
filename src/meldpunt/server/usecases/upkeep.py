"""The host keeps its terms: what is due is erased, without anybody asking.

Before anything that cannot be undone, the host checks its clock (last_day.py).
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Mapping
from datetime import date
from functools import partial
from typing import Final, TypeVar

from meldpunt.server.errors import BusyError, DatabaseFailedError, StoredValueError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments, entries, line_limits, messages, reports
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.usecases.attachments.pieces import erase_all_doomed, erase_doomed
from meldpunt.server.usecases.bulletin_folder import OtherBulletinsError, fill_folder
from meldpunt.server.usecases.bulletins import write_bulletins
from meldpunt.server.usecases.last_day import UnconfirmedDayError, check_day, confirm_day
from meldpunt.server.usecases.reports.handover import end_unanswered
from meldpunt.server.usecases.reports.messages import erase

Result = TypeVar("Result")

_GROUP: Final = 20
_INTERVAL_SECONDS: Final = 3600

_UNCONFIRMED: Final = (
    "the clock is more than 7 days from the last day in the database: nothing is erased and no"
    " bulletin is written until an operator confirms the day (meldpunt maintain says how)"
)

_log = logging.getLogger("meldpunt")


class AttachmentsLeftError(Exception):
    """The store of attachments did not erase all that it should."""

    def __str__(self) -> str:
        """Say what is done, and what is not."""
        return (
            "The store of attachments does not answer: what is to leave it is still there. All else"
            " is done. Once the store answers, run this again, or let the host do it."
        )


class BulletinFolderError(Exception):
    """The folder of bulletins could not be filled."""

    def __str__(self) -> str:
        """Say what is done, and what is not."""
        return (
            "The folder of bulletins cannot be written: people do not see the newest ones there."
            " All else is done. Look at the folder and its disk, and run this again."
        )


class OtherBulletinFolderError(BulletinFolderError):
    """The folder of bulletins is another host's."""

    def __str__(self) -> str:
        """Say what is done, and what is not."""
        return (
            "The folder of bulletins (MELDPUNT_BULLETINS) holds those of another host, and nothing"
            " was changed there. All else is done. Give each host a folder of its own."
        )


async def erase_due(host: Host) -> int:
    """Erase every report whose term has passed, and attachments; returns how many reports.

    A store of attachments that does not answer is logged, and asked again the next time.

    Raises:
        UnconfirmedDayError: The clock may be wrong; nothing is erased.
    """
    erased = await _erase_rows(host)
    await erase_doomed(host)
    return erased


async def _erase_rows(host: Host) -> int:
    """Erase from the database all that is due; returns how many reports.

    Raises:
        UnconfirmedDayError: The clock may be wrong; nothing is erased.
        StoredValueError: Some reports cannot be read; all else is erased.
    """
    today = await check_day(host)  # for all of it: the clock may jump in between
    broken: set[int] = set()
    while await host.store.write(lambda tx: end_unanswered(tx, today, limit=_GROUP, broken=broken)):
        pass
    await _forget_ended(host, today)
    await host.store.write(lambda tx: line_limits.delete_ended(tx, today))
    erased = 0
    looked = True
    while looked:
        before = len(broken)
        count = await host.store.write(lambda tx: _erase_some(tx, today, broken))
        looked = count > 0 or len(broken) > before
        erased += count
    while await host.store.write(lambda tx: attachments.delete_expired(tx, today, limit=_GROUP)):
        pass
    if broken:  # told when everything else is done
        raise StoredValueError
    return erased


def _erase_some(tx: Transaction, today: date, broken: set[int]) -> int:
    """Erase some reports; returns how many. Those that cannot be read are added to `broken`."""
    erased = 0
    for report in reports.list_due(tx, today, limit=_GROUP, broken=broken):
        try:
            _erase_one(tx, report, today)
        except StoredValueError:
            broken.add(report.id)
        else:
            erased += 1
    return erased


def _erase_one(tx: Transaction, report: ReportRow, today: date) -> None:
    if report.milestones.withdrawn_on is not None and not report.erased:
        erase(tx, report, today=today)
    else:
        messages.delete_messages(tx, report.id)
        reports.delete_report(tx, report)


async def _forget_ended(host: Host, today: date) -> None:
    """Take a report that is with another line from the inboxes of those who had it before."""
    for line, ended_on in await host.store.read(entries.list_ended):
        document = await host.newest.find(line)
        if document is not None and document.retention.after(ended_on) <= today:
            await host.store.write(partial(entries.delete_ended, line=line, day=ended_on))


async def maintain(host: Host, *, confirmed: date | None = None) -> int:
    """Erase what is due and rewrite the database's files; returns how many were erased.

    Args:
        host: The host.
        confirmed: Today, if an operator says that the clock is right.

    Raises:
        AttachmentsLeftError: The store of attachments does not answer; all else is done.
        BulletinFolderError: The folder of bulletins cannot be written; all else is done.
        BusyError: The database does not answer.
        DatabaseFailedError: The machine keeps the database from its work. The log is emptied all
            the same, if possible.
        OtherDayError: It is not the day that the operator confirmed; nothing is done.
        UnconfirmedDayError: The clock may be wrong; only the files are rewritten.
    """
    if confirmed is not None:
        await confirm_day(host, confirmed)
    steps = _Steps()
    await steps.take("writing bulletins", write_bulletins(host))
    await steps.take("the folder of bulletins", _fill_folder(host))
    erased = await steps.take("erasing", _erase_rows(host))
    await steps.take("erasing attachments", _erase_pieces(host))
    await steps.take("tidying", host.store.tidy())
    if steps.failed:
        raise min(steps.failed.values(), key=_rank) from None
    return erased or 0


class _Steps:
    """Takes every step, also after one that failed."""

    def __init__(self) -> None:
        self.failed: dict[str, Exception] = {}

    async def take(self, name: str, step: Awaitable[Result]) -> Result | None:
        """Wait for a step; returns its result, or None if it failed."""
        try:
            return await step
        except Exception as error:  # noqa: BLE001 (told when every step was taken)
            self.failed[name] = error
            return None


def _rank(error: Exception) -> int:
    """Return the place of a failure: defects first, then the database, and last what is minor."""
    order = (DatabaseFailedError, BusyError, UnconfirmedDayError, AttachmentsLeftError)
    ranks = [place for place, kind in enumerate(order, start=1) if isinstance(error, kind)]
    if ranks:
        return ranks[0]
    return len(order) + 1 if isinstance(error, BulletinFolderError) else 0


async def _erase_pieces(host: Host) -> None:
    try:
        await erase_all_doomed(host)
    except BusyError:
        raise AttachmentsLeftError from None


async def _fill_folder(host: Host) -> None:
    """Put the bulletins into the proxy's folder.

    Raises:
        BulletinFolderError: The folder is busy, missing, full, closed to the host, or another's.
    """
    try:
        await fill_folder(host)
    except OtherBulletinsError:
        _log.error("the folder of bulletins: it holds those of another host")
        raise OtherBulletinFolderError from None
    except (BusyError, OSError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = type(error).__name__ if number is None else os.strerror(number)
        _log.error("the folder of bulletins: %s", reason)
        raise BulletinFolderError from None


async def keep_terms(host: Host) -> None:
    """Erase what is due every hour, and rewrite the files; runs until cancelled.

    A large file is rewritten once a day, a small one every hour, written to or not: then neither
    its order nor its date says more than the hour.
    """
    tidied_on = host.clock.today()
    while True:
        tidied_on = await keep_terms_once(host, tidied_on)
        await asyncio.sleep(_INTERVAL_SECONDS)


async def keep_terms_once(host: Host, tidied_on: date) -> date:
    """Write bulletins, erase and rewrite; returns the day on which a large file was rewritten.

    A step that fails keeps no other step from being taken, and the next hour tries again.
    """
    today = host.clock.today()
    steps = _Steps()
    # Bulletins come before erasing: what came yesterday is told today.
    await steps.take("writing bulletins", write_bulletins(host))
    await steps.take("the folder of bulletins", _fill_folder(host))
    await steps.take("erasing", _erase_rows(host))
    await steps.take("erasing attachments", erase_doomed(host))
    await steps.take("tidying", host.store.tidy(if_small=today == tidied_on))
    _log_failures(steps.failed)
    return tidied_on if "tidying" in steps.failed else today


def _log_failures(failed: Mapping[str, Exception]) -> None:
    """Log each kind of failure once: one full disk makes several steps fail."""
    # `_fill_folder` logs its cause.
    told: set[type[Exception]] = {BulletinFolderError, OtherBulletinFolderError}
    for step, error in failed.items():
        if type(error) in told:
            continue
        told.add(type(error))
        if isinstance(error, UnconfirmedDayError):
            _log.error(_UNCONFIRMED)
        else:
            _log.error("%s failed: %s", step, type(error).__name__)
