"""Check that the host works."""

from meldpunt.server.host import Host
from meldpunt.server.store.lines import check_tables


async def check_health(host: Host) -> None:
    """Read nothing from the tables of the database. This fails if the database does not work."""
    await host.store.read(check_tables)
