"""Looks for secrets in files, output and answers, in every form they could have taken."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_BASE64_LOST: Final = (0, 2, 3)
"""Characters at the start that belong to the bytes before, by how many there are."""


@dataclass(frozen=True)
class Secret:
    """Something that must be found nowhere."""

    what: str
    value: bytes = field(repr=False)
    is_text: bool = False

    def forms(self) -> frozenset[bytes]:
        """Return every byte string that would give it away."""
        forms = {self.value, *_hex(self.value), *_base64(self.value)}
        if self.is_text:
            text = self.value.decode()
            for spelling in (text, text.lower(), text.upper()):
                wide = {spelling.encode(code) for code in ("utf-16-le", "utf-16-be", "utf-32-le")}
                forms |= {spelling.encode(), *_base64(spelling.encode())} | wide
        return frozenset(forms)


def _hex(value: bytes) -> Iterator[bytes]:
    yield value.hex().encode()
    yield value.hex().upper().encode()


def _base64(value: bytes) -> Iterator[bytes]:
    """Give what is left of a value in base64 of something longer, wherever it stands in that."""
    for before, lost in enumerate(_BASE64_LOST):
        whole = (before + len(value)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + value)[lost:whole]


@dataclass
class Evidence:
    """Bytes that were collected, each with where they came from."""

    found: list[tuple[str, bytes]] = field(default_factory=list, repr=False)

    def add(self, where: str, content: bytes) -> None:
        """Keep some bytes; empty pages hold nothing."""
        self.found.append((where, content.strip(b"\0")))

    def add_files(self, folder: Path, when: str, *, since: float) -> None:
        """Keep every file below a folder, as it is now, that was written since a moment."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_mtime >= since:
                self.add(f"{path.relative_to(folder)} {when}", path.read_bytes())

    def traces_of(self, secrets: Iterable[Secret]) -> list[str]:
        """Return what was found where."""
        return sorted(
            {
                f"{secret.what} in {where}"
                for secret in secrets
                for form in secret.forms()
                for where, content in self.found
                if form in content
            }
        )

    def holds(self, value: bytes) -> bool:
        """Say whether something that must be there is there: else the search looked elsewhere."""
        return any(value in content for _, content in self.found)
