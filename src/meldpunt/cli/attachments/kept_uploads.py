"""A file with what an upload needs to continue after a restart, if the person asks for it.

It holds names, keys and digests of files, sealed under the reporter's or the handler's own key. On
a seized device it shows that somebody wanted to send files. Without the code it does not show
which files.
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
    """The uploads that were begun and that no message lists yet.

    Args:
        path: The file that keeps them; None to keep nothing.
        seed: The seed of the participant's signing key.

    Raises:
        Refusal: The file is of another person or another report, or is damaged.
        PrivateFileError: The file cannot be read.
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
        """Return a begun upload for such a file. Return each only once: two names may be equal."""
        wanted = (name, media_type, size)
        for number, begun in enumerate(self._untaken):
            if (begun.name, begun.media_type, begun.size) == wanted:
                return self._untaken.pop(number)
        return None

    @property
    def is_on_disk(self) -> bool:
        """Whether another command can continue the uploads."""
        return self._path is not None

    @property
    def untaken(self) -> tuple[Attachment, ...]:
        """The begun uploads of files that the person does not send any more."""
        return tuple(self._untaken)

    def save(self, begun: Iterable[Attachment]) -> None:
        """Save the begun uploads, before anything is sent.

        Raises:
            PrivateFileError: The file cannot be written.
        """
        self.begun = tuple(begun)
        if self._path is not None:
            content = _Content(begun=self.begun).to_json()
            salt = SYSTEM_ENTROPY(SALT_SIZE)
            private_files.replace(self._path, seal_kept(content, seed=self._seed, salt=salt))

    def remove(self) -> None:
        """Forget the uploads: a message lists them now."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
