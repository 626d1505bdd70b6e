"""The files of a report, as one participant brings and fetches them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from meldpunt.client.files.download import download
from meldpunt.client.files.sealed_file import FileSource, SealedFile, reopen_file, seal_file
from meldpunt.client.files.upload import Progress, upload
from meldpunt.client.http.api import AttachmentApi
from meldpunt.client.keys.randomness import Entropy
from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.attachment import Attachment, AttachmentContext
from meldpunt.protocol.verify import ids

_ID_SIZE = 16


@dataclass(frozen=True, slots=True, repr=False)
class ListedFile:
    """A file that a message brings, and that this reader can open."""

    message: ThreadMessage
    attachment: Attachment

    @property
    def context(self) -> AttachmentContext:
        """Where it belongs."""
        header = self.message.header
        return AttachmentContext(header.line_id, header.report_id, self.attachment.id)


def listed_files(thread: Thread) -> Iterator[ListedFile]:
    """Return the files of the messages that this reader can open, in their order."""
    for message in thread.messages:
        if message.payload is not None:
            for attachment in message.payload.attachments or ():
                yield ListedFile(message, attachment)


@dataclass(frozen=True, slots=True, repr=False)
class Files:
    """Seals, uploads and downloads; made by `Visit.files` and `Handler.files`.

    First upload every file, then send the message that lists them (`attachments`): what no message
    lists is shown to nobody, and the host erases it after some days.
    """

    thread: Thread
    api: Callable[[ids.AttachmentId], AttachmentApi]
    entropy: Entropy
    seed: bytes
    """The participant's own, under which they may keep what it takes to go on later."""

    async def seal(self, source: FileSource, *, name: str, media_type: str) -> SealedFile:
        """Prepare a file; as `seal_file`."""
        context = self._context(ids.AttachmentId(self.entropy(_ID_SIZE)))
        return await seal_file(
            source, name=name, media_type=media_type, context=context, entropy=self.entropy
        )

    async def reopen(self, source: FileSource, begun: Attachment) -> SealedFile:
        """Go on with a file whose upload was begun by another process; as `reopen_file`."""
        return await reopen_file(source, begun, context=self._context(begun.id))

    def _context(self, attachment: ids.AttachmentId) -> AttachmentContext:
        line = self.thread.lines.birth_line.document.line_id
        return AttachmentContext(line, self.thread.keys.report, attachment)

    async def upload(self, sealed: SealedFile, progress: Progress | None = None) -> None:
        """Bring a file to the host; as `upload`."""
        await upload(self.api(sealed.attachment.id), sealed, progress)

    async def discard(self, attachment: ids.AttachmentId) -> None:
        """Take back a file that no message lists.

        Raises:
            ClientError: As `Transport.call`.
        """
        await self.api(attachment).delete()

    async def download(
        self, listed: ListedFile, target: Path, progress: Progress | None = None
    ) -> None:
        """Save a file under a new name; as `download`."""
        api = self.api(listed.attachment.id)
        await download(api, listed.attachment, listed.context, target, progress)
