"""Limits for cleaning one file. A small file can unpack to any number of pages and bytes."""

import json
from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits. The cleaner refuses a file that exceeds one, and names the limit."""

    size: int = 256 << 20
    """Bytes of the file, and of the cleaned file. Both are in memory."""
    pages: int = 5000
    """Pages of a document or a TIFF file, or frames of a moving picture."""
    pixels: int = 180_000_000
    """Pixels of all frames together. Pillow's own limit for one frame is half of it."""
    seconds: int = 60
    """Seconds of processor time."""
    memory: int = 1536 << 20
    """Bytes of address space, if the system can limit them."""

    @property
    def patience(self) -> int:
        """Seconds after which the process ends even if it uses no processor time."""
        return 5 * self.seconds

    def to_text(self) -> str:
        """Return the limits as text, for an argument of the cleaning process."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "Limits":
        """Read the text that `to_text` makes."""
        return cls(**json.loads(text))


LIMITS: Final = Limits()
