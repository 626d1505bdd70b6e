"""What cleaning one file may cost: a small file can unpack to any number of pages and bytes."""

import json
from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of cleaning one file; past each of them it is refused in words."""

    size: int = 256 << 20
    """Bytes of the file, and of what comes out: both are held in memory."""
    pages: int = 5000
    """Of a document or a TIFF file; for a moving picture its frames."""
    pixels: int = 180_000_000
    """Of all frames together; of one, half of it is what Pillow takes for harmless."""
    seconds: int = 60
    """Of processor time."""
    memory: int = 1536 << 20
    """Bytes of address space, where the system can hold a process to it."""

    @property
    def patience(self) -> int:
        """Seconds after which a process that only waits is ended too."""
        return 5 * self.seconds

    def to_text(self) -> str:
        """Return the limits as an argument of the process that cleans."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "Limits":
        """Read what `to_text` writes."""
        return cls(**json.loads(text))


LIMITS: Final = Limits()
