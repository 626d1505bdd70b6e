"""What an operator does against a flood of reports (`meldpunt limit-line`)."""

from collections.abc import Sequence

from meldpunt.protocol.verify import ids
from meldpunt.server.opening import with_host
from meldpunt.server.settings import Settings
from meldpunt.server.store.line_limits import LineLimit
from meldpunt.server.usecases import line_limits


def limit_line(settings: Settings, line: ids.LineId, *, per_hour: int, days: int) -> LineLimit:
    """Limit the new reports of a line for some days; returns the limit.

    Raises:
        UnknownLineError: The line is not on this host.
        NoAnswerError: The database does not answer.
    """
    return with_host(
        settings, lambda host: line_limits.limit_line(host, line, per_hour=per_hour, days=days)
    )


def lift_limit(settings: Settings, line: ids.LineId) -> bool:
    """Lift the limit of a line; returns whether there was one.

    Raises:
        NoAnswerError: The database does not answer.
    """
    return with_host(settings, lambda host: line_limits.lift_limit(host, line))


def list_limits(settings: Settings) -> Sequence[LineLimit]:
    """Return the limits that hold today.

    Raises:
        NoAnswerError: The database does not answer.
    """
    return with_host(settings, line_limits.list_limits)
