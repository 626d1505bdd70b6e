"""Whether the host works."""

from meldpunt.server.host import Host
from meldpunt.server.store.lines import check_tables


async def check_health(host: Host) -> None:
    """Ask the database for nothing; fails if it does not answer."""
    await host.store.read(check_tables)
