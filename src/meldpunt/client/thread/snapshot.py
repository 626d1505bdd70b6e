"""Everything that a host serves of one report at one moment. Nothing of it is verified yet."""

from dataclasses import dataclass
from typing import Final, Protocol

from meldpunt.client.http.errors import EndlessListError
from meldpunt.client.http.paging import Paging
from meldpunt.wire.reports import MessagesPage, ReportStatus, ServedMessage

_MAX_MESSAGES: Final = 10_000
_MAX_PAGES: Final = 1_000
_MAX_BYTES: Final = 512 << 20
"""The most bytes of all headers and bodies of a report."""


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
        EndlessListError: The pages do not progress, or hold too many messages.
        ClientError: As `Transport.call`.
    """
    claim = await source.status()
    messages: list[ServedMessage] = []
    paging = Paging(_MAX_PAGES, _MAX_MESSAGES, _MAX_BYTES)
    after = 0
    while True:
        page = await source.messages(after)
        size = sum(len(each.header) + len(each.body or b"") for each in page.messages)
        paging.add(len(page.messages), page.cursor if page.more else None, size)
        messages += page.messages
        if not page.more:
            return Snapshot(claim, tuple(messages))
        if page.cursor <= after:
            raise EndlessListError
        after = page.cursor
