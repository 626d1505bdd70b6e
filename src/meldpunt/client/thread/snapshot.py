"""Everything that a host serves of one report at one moment. Nothing of it is verified yet."""

from dataclasses import dataclass
from typing import Final, Protocol

from meldpunt.client.http.errors import AnswerError
from meldpunt.wire.reports import MessagesPage, ReportStatus, ServedMessage

_MAX_MESSAGES: Final = 10_000


class ThreadSource(Protocol):
    """The operations by which one participant reads one report."""

    async def status(self) -> ReportStatus:
        """Return the status of the report."""

    async def messages(self, after: int) -> MessagesPage:
        """Return the messages after a cursor."""


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """Status and messages of a report, as the host serves them."""

    claim: ReportStatus
    messages: tuple[ServedMessage, ...]
    """In the host's order."""


async def fetch_snapshot(source: ThreadSource) -> Snapshot:
    """Fetch the status of a report, and then every page of its messages.

    Raises:
        AnswerError: The pages do not progress, or hold too many messages.
        ClientError: As `Transport.call`.
    """
    claim = await source.status()
    messages: list[ServedMessage] = []
    after = 0
    while True:
        page = await source.messages(after)
        messages += page.messages
        if not page.more:
            return Snapshot(claim, tuple(messages))
        if page.cursor <= after or len(messages) > _MAX_MESSAGES:
            raise AnswerError
        after = page.cursor
