"""The host checks its clock before it does what nobody can undo.

One wrong clock could erase every report, or publish years of empty bulletins. So the host keeps the
last day that it saw, in the database, and compares.
"""

from datetime import date, timedelta
from typing import Final

from meldpunt.server.host import Host
from meldpunt.server.store.last_day import (
    advance_last_day,
    begin_last_day,
    find_last_day,
    replace_last_day,
)

TOLERANCE: Final = timedelta(days=7)
"""How far the clock may be from the last day: a host may be off for a week without a question."""


class DayError(Exception):
    """The day must be confirmed before anything is done that cannot be undone."""


class UnconfirmedDayError(DayError):
    """The clock is too far from the last day that the host saw; an operator must confirm it."""

    def __init__(self, today: date, last: date) -> None:
        self.today = today
        self.last = last

    def __str__(self) -> str:
        """Say what waits, why, and what the operator can do."""
        return (
            f"Today is {self.today} by this machine's clock. The last day that the host saw is"
            f" {self.last}: more than {TOLERANCE.days} days apart. So nothing is erased, and no"
            " bulletin is written. If the clock is wrong, set it right. If it is right, confirm it:"
            f" meldpunt maintain --confirm-day {self.today}"
        )


class OtherDayError(DayError):
    """The operator confirmed a day that is not today."""

    def __init__(self, today: date) -> None:
        self.today = today

    def __str__(self) -> str:
        """Say what day it is for the host."""
        return f"Nothing was done: today is {self.today} by this machine's clock (UTC)."


async def check_day(host: Host) -> date:
    """Return today, and keep it as the last day; work that cannot be undone uses this day.

    Raises:
        UnconfirmedDayError: It is more than a week from the last day, ahead or back.
    """
    today = host.clock.today()
    last = await host.store.read(find_last_day)
    if last is None:
        await host.store.write(lambda tx: begin_last_day(tx, today))
        last = await host.store.read(find_last_day) or today
    if abs(today - last) > TOLERANCE:
        raise UnconfirmedDayError(today, last)
    if today > last:
        await host.store.write(lambda tx: advance_last_day(tx, today))
    return today


async def is_day_believed(host: Host) -> bool:
    """Say whether the clock is near the last day that the host saw; changes nothing."""
    last = await host.store.read(find_last_day)
    return last is None or abs(host.clock.today() - last) <= TOLERANCE


async def confirm_day(host: Host, day: date) -> None:
    """Keep today as the last day, because an operator says that the clock is right.

    Raises:
        OtherDayError: The host's clock shows another day.
    """
    today = host.clock.today()
    if day != today:
        raise OtherDayError(today)
    await host.store.write(lambda tx: replace_last_day(tx, today))
