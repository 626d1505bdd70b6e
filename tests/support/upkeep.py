"""Upkeep of hosts whose clock a test moves by months: an operator confirms each day."""

from meldpunt.server.host import Host
from meldpunt.server.usecases import bulletins, upkeep
from meldpunt.server.usecases.last_day import confirm_day


async def erase_due(host: Host) -> int:
    """Erase what is due on a day that is confirmed."""
    await confirm_day(host, host.clock.today())
    return await upkeep.erase_due(host)


async def maintain(host: Host) -> int:
    """Do what `meldpunt maintain` does, on a day that is confirmed."""
    return await upkeep.maintain(host, confirmed=host.clock.today())


async def write_bulletins(host: Host) -> int:
    """Write the bulletins that are missing, on a day that is confirmed."""
    await confirm_day(host, host.clock.today())
    return await bulletins.write_bulletins(host)
