"""What it takes to go on with an upload after a restart, in a file that the person asked for.

It holds names, keys and digests of files, sealed under the reporter's or the handler's own key: on
a seized device it says that something was to be sent, and without the code not what.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import Field

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import SYSTEM_ENTROPY
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.kept import SALT_SIZE, open_kept, seal_kept
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import SignedModel, Version

_MAX_SIZE: Final = 1 << 17


class _Content(SignedModel):
    MAX_SIZE: ClassVar[int] = _MAX_SIZE

    version: Version = 1
    begun: Annotated[tuple[Attachment, ...], Field(max_length=64)] = ()


class KeptUploads:
    """The uploads that were begun and are not listed by a message yet.

    Args:
        path: Where they are kept; None to keep nothing.
        seed: Of the participant's signing key.

    Raises:
        Refusal: The file is another person's or another report's, or damaged.
        PrivateFileError: It cannot be read.
    """

    def __init__(self, path: Path | None, seed: bytes) -> None:
        self._path = path
        self._seed = seed
        self.begun: tuple[Attachment, ...] = ()
        earlier = None if path is None else private_files.read_earlier(path, max_size=_MAX_SIZE)
        if earlier is not None:
            self.begun = self._read(earlier)
        self._untaken = list(self.begun)

    def _read(self, data: bytes) -> tuple[Attachment, ...]:
        try:
            return _Content.from_signed(open_kept(data, seed=self._seed)).begun
        except RefusedError:
            raise Refusal(
                "resume-file",
                f"{self._path} is not of this report, or damaged. Remove it to begin anew.",
            ) from None

    def take(self, *, name: str, media_type: str, size: int) -> Attachment | None:
        """Return an upload that was begun for such a file, each one once: names may be alike."""
        wanted = (name, media_type, size)
        for number, begun in enumerate(self._untaken):
            if (begun.name, begun.media_type, begun.size) == wanted:
                return self._untaken.pop(number)
        return None

    @property
    def is_on_disk(self) -> bool:
        """Whether another command can go on."""
        return self._path is not None

    @property
    def untaken(self) -> tuple[Attachment, ...]:
        """Uploads that were begun for files that nobody wants to send any more."""
        return tuple(self._untaken)

    def save(self, begun: Iterable[Attachment]) -> None:
        """Keep what was begun, before anything is sent.

        Raises:
            PrivateFileError: It cannot be written.
        """
        self.begun = tuple(begun)
        if self._path is not None:
            content = _Content(begun=self.begun).to_json()
            salt = SYSTEM_ENTROPY(SALT_SIZE)
            private_files.replace(self._path, seal_kept(content, seed=self._seed, salt=salt))

    def remove(self) -> None:
        """Forget them: a message lists them now."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
