"""What every use case is given: the database, the clock, the secrets, and what never changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Final

from cachetools import LRUCache, TTLCache

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument, parse_line_document
from meldpunt.server.clock import TimeSource
from meldpunt.server.errors import StorageFullError
from meldpunt.server.intake import Intake, LeastPace
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

_DOCUMENT_BYTES: Final = 8 * 1024 * 1024
"""Of signed documents that are remembered: some 2,000 usual ones, or 128 of the largest."""
_LINES: Final = 1024
"""Lines of which something is remembered."""
_BOX_KEYS: Final = 16_384
"""Box keys whose handler is remembered: 20 bytes each, and what Python adds."""
_FRESH_SECONDS: Final = 2
_COUNTED_SECONDS: Final = 10
_BULLETIN_BYTES: Final = 8 * 1024 * 1024
"""Of bulletins kept in memory: a month of a busy host."""
MAX_QUEUE_BYTES: Final = 32 * 1024 * 1024
"""What may wait for the disk at most: room for 4,000 usual reports, or 400 of the largest."""

_SMALL_PLACES: Final = 128
_LARGE_PLACES: Final = 8
"""Of bodies of 256 KiB and of 4 MiB at most: 32 MiB of memory for each of the two."""
_JSON_PACE: Final = LeastPace(silence_seconds=20.0, least=1024, longest_seconds=600.0)
PART_PACE: Final = LeastPace(silence_seconds=60.0, least=1024, longest_seconds=3600.0)
"""A part of an attachment is long, and what came of it is lost with its place."""


class Documents:
    """Line documents by hash. A hash names one content for ever, so remembering is safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: LRUCache[ids.Hash, tuple[LineDocument, int]] = LRUCache(
            _DOCUMENT_BYTES, getsizeof=itemgetter(1)
        )

    async def find(self, document_hash: ids.Hash) -> LineDocument | None:
        """Return the document of a hash, or None."""
        remembered = self._remembered.get(document_hash)
        if remembered is not None:
            return remembered[0]
        row = await self._store.read(lambda tx: find_document(tx, document_hash))
        if row is None:
            return None
        document = parse_line_document(row.document, row.line_id)
        self._remembered[document_hash] = (document, len(row.document))
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
        self._remembered: TTLCache[ids.LineId, LineDocument | None] = TTLCache(
            _LINES, ttl=_FRESH_SECONDS, timer=clock.now
        )

    async def find(self, line: ids.LineId, *, anew: bool = False) -> LineDocument | None:
        """Return the newest document of a line, or None; at most two seconds old.

        Args:
            line: The line.
            anew: Ask the database. Nothing may be refused by a document that is remembered:
                another process, or this one, may have published the next a moment ago.
        """
        if line in self._remembered and not anew:
            return self._remembered.get(line)
        row = await self._store.read(lambda tx: find_line(tx, line))
        document = None if row is None else await self._documents.find(row.document_hash)
        self._remembered[line] = document
        return document


class BoxKeyOwners:
    """Handlers by box key id. A key id names one handler for ever."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: LRUCache[ids.KeyId, ids.HandlerId] = LRUCache(_BOX_KEYS)

    async def find(self, keys: Iterable[ids.KeyId]) -> Mapping[ids.KeyId, ids.HandlerId]:
        """Return the handlers of those keys that a handler of any line has published."""
        wanted = set(keys)
        found = {key: self._remembered[key] for key in wanted if key in self._remembered}
        missing = [key for key in wanted if key not in found]
        if missing:
            read = await self._store.read(lambda tx: find_box_key_owners(tx, missing))
            self._remembered.update(read)
            found |= read
        return found


@dataclass(slots=True)
class _Arrived:
    """Bytes of a line's attachments that are here."""

    size: int


class Room:
    """How much room a line's attachments have left, as of a moment ago.

    What has arrived counts, and not what is announced: else a few announcements, which cost
    nothing, would close the line to everybody's attachments.
    """

    def __init__(self, store: Store, clock: TimeSource, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._arrived: TTLCache[ids.LineId, _Arrived] = TTLCache(
            _LINES, ttl=_COUNTED_SECONDS, timer=clock.now
        )

    async def check(self, line: ids.LineId) -> None:
        """Check that a line may take more.

        Raises:
            StorageFullError: It has used up what the operator allows.
        """
        arrived = self._arrived.get(line)
        if arrived is None:
            arrived = _Arrived(await self._store.read(lambda tx: sum_arrived(tx, line)))
            self._arrived[line] = arrived
        if arrived.size >= self._limit:
            raise StorageFullError

    def take(self, line: ids.LineId, size: int) -> None:
        """Count what has just arrived; when the database is asked again does not change."""
        arrived = self._arrived.get(line)
        if arrived is not None:
            arrived.size += size


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
    bulletins: LRUCache[str, bytes]
    """Tags of days that were asked for lately."""
    parts: Intake
    """Parts of attachments on their way in."""
    small_bodies: Intake = field(default_factory=lambda: Intake(_SMALL_PLACES, _JSON_PACE))
    """Bodies of one message or less, on their way in."""
    large_bodies: Intake = field(default_factory=lambda: Intake(_LARGE_PLACES, _JSON_PACE))
    """Longer bodies, of up to 4 MiB each: an office publishes or moves its line."""
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
            LRUCache(_BULLETIN_BYTES, getsizeof=len),
            Intake(settings.parts_at_once, PART_PACE),
        )

    async def close(self) -> None:
        """Commit what waits, then let go of the stores."""
        await self.submissions.close()
        await self.blobs.close()
        await self.store.close()
