"""One running host, which every use case receives: database, clock, secrets and caches."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Final

from cachetools import LRUCache, TTLCache

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.clock import TimeSource
from meldpunt.server.errors import StorageFullError
from meldpunt.server.hourly_count import HourlyCount
from meldpunt.server.intake import Intake, LeastPace
from meldpunt.server.secrets import HostSecrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.attachments import sum_arrived
from meldpunt.server.store.blobs import BlobStore
from meldpunt.server.store.bulletins import BulletinRow, find_last, find_tags, list_index
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.group_commit import GroupCommit
from meldpunt.server.store.lines import (
    find_box_key_owners,
    find_document,
    find_line,
    list_document_hashes,
)
from meldpunt.server.store.stored_values import stored_document
from meldpunt.server.store.submissions import NewReport, Outcome, insert_submissions

_DOCUMENT_BYTES: Final = 8 * 1024 * 1024
"""Bytes of signed documents in memory: about 2,000 usual ones, or 128 of the largest."""
_LINES: Final = 1024
"""Number of lines in each cache."""
_BOX_KEYS: Final = 16_384
"""Box keys whose handler is in memory: 20 bytes each, and what Python adds."""
_ENTRY_FORMS: Final = 2048
"""Kinds of entries in memory: some 2 KiB each."""
_FRESH_SECONDS: Final = 2
_COUNTED_SECONDS: Final = 10
_BULLETIN_BYTES: Final = 32 * 1024 * 1024
"""Bytes of bulletins in memory: what a look fetches from a host with a million reports."""
MAX_QUEUE_BYTES: Final = 32 * 1024 * 1024
"""Most bytes that may wait for the disk: 4,000 usual reports, or 400 of the largest."""

_SMALL_PLACES: Final = 128
_LARGE_PLACES: Final = 8
"""Bodies at once, of at most 256 KiB (small) or 4 MiB (large): 32 MiB of memory for each kind."""
_JSON_PACE: Final = LeastPace(silence_seconds=20.0, least=1024, longest_seconds=600.0)
PART_PACE: Final = LeastPace(silence_seconds=60.0, least=1024, longest_seconds=3600.0)
"""A part of an attachment may take longer: it is long, and losing its place loses the part."""


class Documents:
    """Line documents by hash. A hash names one content for ever, so a cache is safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: LRUCache[ids.Hash, tuple[LineDocument, int]] = LRUCache(
            _DOCUMENT_BYTES, getsizeof=itemgetter(1)
        )

    async def find(self, document_hash: ids.Hash) -> LineDocument | None:
        """Return the document with this hash, or None."""
        remembered = self._remembered.get(document_hash)
        if remembered is not None:
            return remembered[0]
        row = await self._store.read(lambda tx: find_document(tx, document_hash))
        if row is None:
            return None
        document = stored_document(row.document, row.line_id)
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
    """The newest document of each line, at most two seconds old: it shows which handlers left."""

    def __init__(self, store: Store, documents: Documents, clock: TimeSource) -> None:
        self._store = store
        self._documents = documents
        self._remembered: TTLCache[ids.LineId, LineDocument | None] = TTLCache(
            _LINES, ttl=_FRESH_SECONDS, timer=clock.now
        )

    async def find(self, line: ids.LineId, *, anew: bool = False) -> LineDocument | None:
        """Return the newest document of a line, at most two seconds old, or None.

        Args:
            line: The line.
            anew: Ask the database, not the cache. The host must not refuse a request because of
                a cached document: the office may have published a newer one a moment ago.
        """
        if line in self._remembered and not anew:
            return self._remembered.get(line)
        row = await self._store.read(lambda tx: find_line(tx, line))
        document = None if row is None else await self._documents.find(row.document_hash)
        self._remembered[line] = document
        return document


class BoxKeyOwners:
    """Handlers by box key id. A key id names one handler for ever, so a cache is safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: LRUCache[ids.KeyId, ids.HandlerId] = LRUCache(_BOX_KEYS)

    async def find(self, keys: Iterable[ids.KeyId]) -> Mapping[ids.KeyId, ids.HandlerId]:
        """Return the handler of each key. Leave out keys that no handler has published."""
        wanted = set(keys)
        found = {key: self._remembered[key] for key in wanted if key in self._remembered}
        missing = [key for key in wanted if key not in found]
        if missing:
            read = await self._store.read(lambda tx: find_box_key_owners(tx, missing))
            self._remembered.update(read)
            found |= read
        return found


class BulletinFiles:
    """Bulletins in memory: the index, and the days that clients asked for lately.

    The host never changes a file, and only adds to the index, so what is remembered stays right.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index: tuple[BulletinRow, ...] = ()
        self._tags: LRUCache[str, bytes] = LRUCache(_BULLETIN_BYTES, getsizeof=len)
        self.signed: tuple[BulletinRow, bytes] | None = None
        """The answer with the signed index, and the last file that this index names."""

    async def index(self) -> tuple[BulletinRow, ...]:
        """Return every file without its tags, in the order of the index."""
        last = await self._store.read(find_last)
        if last is None or not self._index or self._index[-1] != last:
            self._index = tuple(await self._store.read(list_index))
        return self._index

    def remembered(self, day: str) -> bytes | None:
        """Return the tags of a day if they are in memory."""
        return self._tags.get(day)

    async def tags(self, day: str) -> bytes | None:
        """Return the tags of a day, or None if it has no file."""
        found = self._tags.get(day)
        if found is None:
            found = await self._store.read(lambda tx: find_tags(tx, day))
            if found is not None:
                self._tags[day] = found
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._index, self.signed = (), None
        self._tags.clear()


@dataclass(slots=True)
class _Arrived:
    """Bytes of a line's attachments that the host has."""

    size: int


class Room:
    """Whether a line has room for more attachments, from a count at most ten seconds old.

    The host counts the bytes that have arrived, not the announced sizes. Announcing costs nothing:
    otherwise a few announcements would block the attachments of everybody on the line.
    """

    def __init__(self, store: Store, clock: TimeSource, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._arrived: TTLCache[ids.LineId, _Arrived] = TTLCache(
            _LINES, ttl=_COUNTED_SECONDS, timer=clock.now
        )

    async def check(self, line: ids.LineId) -> None:
        """Check that a line has room for more attachments.

        Raises:
            StorageFullError: The line has used all bytes that the operator allows.
        """
        arrived = self._arrived.get(line)
        if arrived is None:
            arrived = _Arrived(await self._store.read(lambda tx: sum_arrived(tx, line)))
            self._arrived[line] = arrived
        if arrived.size >= self._limit:
            raise StorageFullError

    def take(self, line: ids.LineId, size: int) -> None:
        """Count bytes that have just arrived. The next count in the database is not delayed."""
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
    bulletins: BulletinFiles
    new_reports: HourlyCount[ids.LineId]
    """Reports of this hour on the lines that the operator limits, as far as this process knows."""
    limits: TTLCache[ids.LineId, int | None]
    """How many new reports each line takes in an hour; None without a limit."""
    parts: Intake
    """Parts of attachments that clients are sending now."""
    small_bodies: Intake = field(default_factory=lambda: Intake(_SMALL_PLACES, _JSON_PACE))
    """Bodies of at most 256 KiB that clients are sending now."""
    large_bodies: Intake = field(default_factory=lambda: Intake(_LARGE_PLACES, _JSON_PACE))
    """Longer bodies, up to 4 MiB each: an office publishes or moves its line."""
    entry_forms: LRUCache[Hashable, str] = field(default_factory=lambda: LRUCache(_ENTRY_FORMS))
    """What entries of one inbox have in common in JSON (usecases/reports/inbox_page.py)."""
    receiving: Counter[int] = field(default_factory=Counter)
    """Number of parts that clients are sending now, by row of the report."""

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
        """Build a host with its caches and limits."""

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
            BulletinFiles(store),
            HourlyCount(clock),
            TTLCache(_LINES, ttl=_COUNTED_SECONDS, timer=clock.now),
            Intake(settings.parts_at_once, PART_PACE),
        )

    async def close(self) -> None:
        """Commit the waiting reports, then close the stores."""
        await self.submissions.close()
        await self.blobs.close()
        await self.store.close()
