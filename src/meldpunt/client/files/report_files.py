"""The files of a report, as one participant uploads and downloads them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from meldpunt.client.files.download import download
from meldpunt.client.files.order import ascending_ids
from meldpunt.client.files.sealed_file import FileSource, SealedFile, reopen_file, seal_file
from meldpunt.client.files.upload import Progress, upload
from meldpunt.client.http.api import AttachmentApi
from meldpunt.client.http.errors import FileError
from meldpunt.client.keys.randomness import Entropy
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.attachment import Attachment, AttachmentContext, check_name
from meldpunt.protocol.verify import ids


@dataclass(frozen=True, slots=True, repr=False)
class ListedFile:
    """A file that a message lists, and that this reader can open."""

    message: ThreadMessage
    attachment: Attachment

    @property
    def context(self) -> AttachmentContext:
        """The report and attachment to which the file belongs."""
        header = self.message.header
        return AttachmentContext(header.line_id, header.report_id, self.attachment.id)


def listed_files(thread: Thread) -> Iterator[ListedFile]:
    """Return the files of the messages that this reader can open, in their order."""
    for message in thread.messages:
        if message.payload is not None:
            for attachment in message.payload.attachments or ():
                yield ListedFile(message, attachment)


@dataclass(frozen=True, slots=True, repr=False)
class NewFile:
    """A file to be sent."""

    source: FileSource
    name: str
    """What its readers see; never a path."""
    media_type: str
    """Type and subtype, such as `image/jpeg`."""


@dataclass(frozen=True, slots=True, repr=False)
class Files:
    """Seals, uploads and downloads files; `Visit.files` and `Handler.files` make it.

    First upload every file, then send the message that lists them (`attachments`). The host shows
    a file that no message lists to nobody, and erases it after some days.
    """

    thread: Thread
    api: Callable[[ids.AttachmentId], AttachmentApi]
    entropy: Entropy
    seed: bytes
    """The participant's secret. It can encrypt what a later upload needs to continue."""

    async def seal(
        self, new: Sequence[NewFile], begun: Sequence[Attachment | None] = ()
    ) -> tuple[SealedFile, ...]:
        """Prepare the files of one message. Their readers see them in the order given here.

        Seal the message with them once before you upload. Then a refusal comes before hours of
        uploading, not after.

        Args:
            new: The files.
            begun: For each file, the attachment that an earlier process prepared, or None. One that
                does not fit any more is deleted on the host, and its file is sealed again.

        Raises:
            RefusedError: PAYLOAD for a name or type that no reader would accept.
            FileError: A file cannot be read, or changes during the reading.
            ClientError: As `discard`.
        """
        for file in new:
            check_name(file.name)
        known = [await self._reopen(file, old) for file, old in zip_longest(new, begun)]
        kept = [None if each is None else each.attachment.id for each in known]
        order = ascending_ids(kept, self.entropy)
        wanted = frozenset(order)
        for old in begun:
            if old is not None and old.id not in wanted:
                await self.discard(old.id)
        return tuple(
            [
                each if each and each.attachment.id == at else await self._seal(file, at)
                for file, each, at in zip(new, known, order, strict=True)
            ]
        )

    async def _seal(self, new: NewFile, attachment: ids.AttachmentId) -> SealedFile:
        return await seal_file(
            new.source,
            name=new.name,
            media_type=new.media_type,
            context=self._context(attachment),
            entropy=self.entropy,
        )

    async def _reopen(self, new: NewFile, begun: Attachment | None) -> SealedFile | None:
        """Return the file that was begun, or None if it has changed since."""
        if begun is None or (begun.name, begun.media_type) != (new.name, new.media_type):
            return None
        try:
            return await reopen_file(new.source, begun, context=self._context(begun.id))
        except FileError:
            return None

    def _context(self, attachment: ids.AttachmentId) -> AttachmentContext:
        line = self.thread.lines.birth_line.document.line_id
        return AttachmentContext(line, self.thread.keys.report, attachment)

    async def begin(self, sealed: SealedFile) -> None:
        """Announce a file to the host. The host may refuse its size before any byte is sent.

        Raises:
            ClientError: As `Transport.call`; CONTENT_TOO_LARGE, REPORT_FULL, STORAGE_FULL.
        """
        await self.api(sealed.attachment.id).begin(sealed.length)

    async def upload(self, sealed: SealedFile, progress: Progress | None = None) -> None:
        """Upload a file to the host, as `upload`."""
        await upload(self.api(sealed.attachment.id), sealed, progress)

    async def discard(self, attachment: ids.AttachmentId) -> None:
        """Delete an uploaded file that no message lists.

        Raises:
            ClientError: As `Transport.call`.
        """
        await self.api(attachment).delete()

    async def download(
        self, listed: ListedFile, target: Path, progress: Progress | None = None
    ) -> None:
        """Save a file under a new name, as `download`."""
        api = self.api(listed.attachment.id)
        await download(api, listed.attachment, listed.context, target, progress)
