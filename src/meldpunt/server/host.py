"""What every use case is given: the database, the clock, the secrets, and what never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument, parse_line_document
from meldpunt.server.clock import TimeSource
from meldpunt.server.errors import StorageFullError
from meldpunt.server.secrets import HostSecrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.attachments import sum_arrived
from meldpunt.server.store.blobs import BlobStore
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.group_commit import GroupCommit
from meldpunt.server.store.lines import (
    find_box_key_owners,
    find_document,
    find_line,
    list_document_hashes,
)
from meldpunt.server.store.submissions import NewReport, Outcome, insert_submissions

_MAX_REMEMBERED: Final = 1024
_FRESH_SECONDS: Final = 2
_COUNTED_SECONDS: Final = 10
MAX_QUEUE_BYTES: Final = 32 * 1024 * 1024
"""What may wait for the disk at most: room for 4,000 usual reports, or 400 of the largest."""


class Documents:
    """Line documents by hash. A hash names one content for ever, so remembering is safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: dict[ids.Hash, LineDocument] = {}

    async def find(self, document_hash: ids.Hash) -> LineDocument | None:
        """Return the document of a hash, or None."""
        remembered = self._remembered.get(document_hash)
        if remembered is not None:
            return remembered
        row = await self._store.read(lambda tx: find_document(tx, document_hash))
        if row is None:
            return None
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        document = parse_line_document(row.document, row.line_id)
        self._remembered[document_hash] = document
        return document

    async def of_line(self, line: ids.LineId) -> dict[ids.Hash, LineDocument]:
        """Return every document of a line by hash, in the order of their numbers."""
        found = {}
        for document_hash in await self._store.read(lambda tx: list_document_hashes(tx, line)):
            document = await self.find(document_hash)
            if document is not None:
                found[document_hash] = document
        return found


class NewestDocuments:
    """The newest document of each line, as of a moment ago: who has left since one was read."""

    def __init__(self, store: Store, documents: Documents, clock: TimeSource) -> None:
        self._store = store
        self._documents = documents
        self._clock = clock
        self._remembered: dict[ids.LineId, tuple[LineDocument | None, float]] = {}

    async def find(self, line: ids.LineId) -> LineDocument | None:
        """Return the newest document of a line, or None; at most two seconds old."""
        document, until = self._remembered.get(line, (None, 0.0))
        if self._clock.now() < until:
            return document
        row = await self._store.read(lambda tx: find_line(tx, line))
        document = None if row is None else await self._documents.find(row.document_hash)
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[line] = (document, self._clock.now() + _FRESH_SECONDS)
        return document


class BoxKeyOwners:
    """Handlers by box key id. A key id names one handler for ever."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: dict[ids.KeyId, ids.HandlerId] = {}

    async def find(self, keys: Iterable[ids.KeyId]) -> Mapping[ids.KeyId, ids.HandlerId]:
        """Return the handlers of those keys that a handler of any line has published."""
        wanted = set(keys)
        missing = [key for key in wanted if key not in self._remembered]
        if missing:
            found = await self._store.read(lambda tx: find_box_key_owners(tx, missing))
            if len(self._remembered) >= _MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered |= found
        return {key: self._remembered[key] for key in wanted if key in self._remembered}


class Room:
    """How much room a line's attachments have left, as of a moment ago.

    What has arrived counts, and not what is announced: else a few announcements, which cost
    nothing, would close the line to everybody's attachments.
    """

    def __init__(self, store: Store, clock: TimeSource, limit: int) -> None:
        self._store = store
        self._clock = clock
        self._limit = limit
        self._used: dict[ids.LineId, tuple[int, float]] = {}

    async def check(self, line: ids.LineId) -> None:
        """Check that a line may take more.

        Raises:
            StorageFullError: It has used up what the operator allows.
        """
        used, until = self._used.get(line, (0, 0.0))
        if self._clock.now() >= until:
            used = await self._store.read(lambda tx: sum_arrived(tx, line))
            if len(self._used) >= _MAX_REMEMBERED:
                self._used.clear()
            self._used[line] = (used, self._clock.now() + _COUNTED_SECONDS)
        if used >= self._limit:
            raise StorageFullError

    def take(self, line: ids.LineId, size: int) -> None:
        """Count what has just arrived."""
        used, until = self._used.get(line, (0, 0.0))
        self._used[line] = (used + size, until)


@dataclass(frozen=True, slots=True)
class Host:
    """One running host."""

    settings: Settings
    secrets: HostSecrets
    clock: TimeSource
    store: Store
    blobs: BlobStore
    documents: Documents
    newest: NewestDocuments
    box_key_owners: BoxKeyOwners
    submissions: GroupCommit[NewReport, Outcome]
    room: Room
    receiving: Counter[int] = field(default_factory=Counter)
    """Parts of attachments on their way in, by row of the report."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        secrets: HostSecrets,
        clock: TimeSource,
        store: Store,
        blobs: BlobStore,
    ) -> "Host":
        """Put a host together."""

        async def commit(group: list[NewReport]) -> list[Outcome]:
            return await store.write(lambda tx: insert_submissions(tx, group))

        submissions = GroupCommit(
            commit,
            size=attrgetter("size"),
            capacity=settings.queue_size,
            capacity_bytes=MAX_QUEUE_BYTES,
        )
        documents = Documents(store)
        return cls(
            settings,
            secrets,
            clock,
            store,
            blobs,
            documents,
            NewestDocuments(store, documents, clock),
            BoxKeyOwners(store),
            submissions,
            Room(store, clock, settings.attachment_bytes_per_line),
        )

    async def close(self) -> None:
        """Commit what waits, then let go of the stores."""
        await self.submissions.close()
        await self.blobs.close()
        await self.store.close()
