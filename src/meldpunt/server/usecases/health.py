"""Check that the host works."""

from meldpunt.server.host import Host
from meldpunt.server.store.lines import check_tables
from meldpunt.server.usecases.last_day import is_day_believed
from meldpunt.wire.reports import Health


async def check_health(host: Host) -> Health:
    """Read nothing of reports, and compare the clock.

    This fails if the database does not work, or could not store a report now.

    A host whose day is not confirmed serves on. So this is an answer and no failure: a proxy must
    not take the host out of service.

    Raises:
        BusyError: The database does not answer.
        DatabaseFailedError: The machine keeps the database from its work.
    """
    await host.store.read(check_tables)
    await host.store.check()
    if await is_day_believed(host):
        return Health(status="ok")
    return Health(status="waiting", reason="day-unconfirmed")
