"""A sealed message that the host has not answered yet: kept, and sent again as the same bytes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.speech.said import said
from meldpunt.cli.terminal.prompts import Terminal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import SYSTEM_ENTROPY, Draft, keep_draft, read_kept_draft
from meldpunt.protocol.kept import MAX_KEPT
from meldpunt.protocol.verify.errors import RefusedError

_MAX_SIZE: Final = 2 * MAX_KEPT


@dataclass(slots=True)
class Unsent:
    """A draft on its way, and where it is kept until it has arrived."""

    draft: Draft
    seed: bytes
    """Of its author's signing key."""
    path: Path | None
    """None to keep nothing on the disk."""
    resend: str
    """The command that sends a kept message again."""
    is_kept: bool = False
    """Whether the file is there already."""

    def keep(self) -> None:
        """Keep the draft, before anything is sent.

        Raises:
            PrivateFileError: There is such a file, or it cannot be written.
        """
        if self.path is not None:
            kept = keep_draft(self.draft, self.seed, SYSTEM_ENTROPY)
            private_files.write_new(self.path, kept)
            self.is_kept = True

    def offer(self, found: Terminal) -> None:
        """Ask a person who gives up where to keep the draft.

        Raises:
            PrivateFileError: As `keep`.
        """
        if self.path is None:
            name = found.ask(said().offer)
            self.path = Path(name.strip()) if name.strip() else None
            self.keep()

    def remove(self) -> None:
        """Forget the draft: it has arrived, or never will."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def told(self, look: str) -> str:
        """Say what is known of a message whose answer did not come, and what to do."""
        count = self.draft.header.n + 1
        known = said().unknown_arrival.format(count=count, look=look)
        if self.path is None:
            return f"{known} {said().look_first}"
        return f"{known} {self.kept()}"

    def kept(self) -> str:
        """Say where the draft is, and how to send it."""
        return said().kept.format(path=self.path, resend=self.resend)


def find_unsent(path: Path, seed: bytes, *, resend: str) -> Unsent | None:
    """Return what was kept under a key, or None if it was kept under another, or is damaged.

    Raises:
        PrivateFileError: It cannot be read.
    """
    try:
        draft = read_kept_draft(private_files.read(path, max_size=_MAX_SIZE), seed)
    except RefusedError:
        return None
    return Unsent(draft, seed, path, resend, is_kept=True)


def read_unsent(path: Path, seed: bytes, *, report: bytes, resend: str) -> Unsent:
    """Return what was kept of a report.

    Raises:
        Refusal: It is of another report or person, or damaged.
        PrivateFileError: It cannot be read.
    """
    found = find_unsent(path, seed, resend=resend)
    if found is None or found.draft.header.report_id != report:
        raise Refusal("unsent-file", f"{path} is not of this report, or damaged.")
    return found
