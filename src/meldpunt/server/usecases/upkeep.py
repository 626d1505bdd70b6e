"""The host keeps its terms: what is due is erased, without anybody asking."""

import asyncio
import logging
from functools import partial
from typing import Final

from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments, entries, messages, reports
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.usecases.attachments.pieces import erase_all_doomed, erase_doomed
from meldpunt.server.usecases.bulletins import write_bulletins
from meldpunt.server.usecases.reports.handover import end_unanswered
from meldpunt.server.usecases.reports.messages import erase

_GROUP: Final = 20
_INTERVAL_SECONDS: Final = 3600

_log = logging.getLogger("meldpunt")


class AttachmentsLeftError(Exception):
    """The store of attachments did not erase all that it should."""

    def __str__(self) -> str:
        """Say what is done, and what is not."""
        return (
            "The store of attachments does not answer: what is to leave it is still there. All else"
            " is done. Once the store answers, run this again, or let the host do it."
        )


async def erase_due(host: Host) -> int:
    """Erase every report whose term has passed, and attachments; returns how many reports.

    A store of attachments that does not answer is logged, and asked again the next time.
    """
    erased = await _erase_rows(host)
    await erase_doomed(host)
    return erased


async def _erase_rows(host: Host) -> int:
    """Erase from the database all that is due; returns how many reports."""
    today = host.clock.today()
    while await host.store.write(lambda tx: end_unanswered(tx, today, limit=_GROUP)):
        pass
    await _forget_ended(host)
    erased = 0
    while count := await host.store.write(lambda tx: _erase_some(tx, host)):
        erased += count
    while await host.store.write(lambda tx: attachments.delete_expired(tx, today, limit=_GROUP)):
        pass
    return erased


def _erase_some(tx: Transaction, host: Host) -> int:
    today = host.clock.today()
    due = reports.list_due(tx, today, limit=_GROUP)
    for report in due:
        if report.progress.withdrawn_on is not None and not report.erased:
            erase(tx, report, today=today)
        else:
            messages.delete_messages(tx, report.id)
            reports.delete_report(tx, report)
    return len(due)


async def _forget_ended(host: Host) -> None:
    """Take a report that is with another line from the inboxes of those who had it before."""
    today = host.clock.today()
    for line, ended_on in await host.store.read(entries.list_ended):
        document = await host.newest.find(line)
        if document is not None and document.retention.after(ended_on) <= today:
            await host.store.write(partial(entries.delete_ended, line=line, day=ended_on))


async def maintain(host: Host) -> int:
    """Erase what is due and rewrite the database's files; returns how many were erased.

    Raises:
        AttachmentsLeftError: The store of attachments does not answer; all else is done.
        BusyError: The database does not answer.
    """
    await write_bulletins(host)
    erased = await _erase_rows(host)
    try:
        await erase_all_doomed(host)
    except BusyError:
        await host.store.tidy()
        raise AttachmentsLeftError from None
    await host.store.tidy()
    return erased


async def keep_terms(host: Host) -> None:
    """Erase what is due every hour, and rewrite the files; runs until cancelled.

    A large file is rewritten once a day, a small one every hour, written to or not: then neither
    its order nor its date says more than the hour.
    """
    tidied_on = host.clock.today()
    while True:
        try:
            await write_bulletins(host)  # before erasing: what came yesterday is told today
        except Exception as error:  # noqa: BLE001 (the next hour tries again)
            _log.error("writing bulletins failed: %s", type(error).__name__)
        try:
            await erase_due(host)
            today = host.clock.today()
            await host.store.tidy(if_small=today == tidied_on)
            tidied_on = today
        except Exception as error:  # noqa: BLE001 (the next hour tries again)
            _log.error("upkeep failed: %s", type(error).__name__)
        await asyncio.sleep(_INTERVAL_SECONDS)
