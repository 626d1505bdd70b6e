"""What the cleaners of pictures share: what they found, and the end of a broken file."""

from dataclasses import dataclass, field
from typing import NoReturn

from meldpunt.cleaning.exif import UPRIGHT, orientation_exif, read_exif
from meldpunt.cleaning.profile import bare_profile, is_common
from meldpunt.cleaning.results import Cleaned, Failure, NotCleanedError, Remainder, Trace


def broken() -> NoReturn:
    """Refuse a file that is damaged, or is not of the type that it seems.

    Raises:
        NotCleanedError: Always.
    """
    raise NotCleanedError(Failure.BROKEN)


@dataclass(slots=True)
class Found:
    """What a picture says besides its pixels."""

    removed: set[Trace] = field(default_factory=set)
    remaining: set[Remainder] = field(default_factory=set)
    orientation: int = UPRIGHT
    profile: bytes = b""
    """The colour profile to keep, without names; empty if there is none."""
    _has_exif: bool = False

    def add_exif(self, data: bytes) -> None:
        """Note what EXIF says. As in every viewer, only the first one turns the picture."""
        orientation, traces = read_exif(data)
        self.removed |= traces
        if not self._has_exif:
            self.orientation, self._has_exif = orientation, True

    def add_profile(self, data: bytes) -> None:
        """Keep what a colour profile computes. Leave out one that nothing can read."""
        try:
            self.profile = bare_profile(data)
            is_rare = not is_common(self.profile)
        except NotCleanedError:
            self.removed.add(Trace.COLOUR_PROFILE)
            return
        if self.profile != data:
            self.removed.add(Trace.COLOUR_PROFILE)
        if is_rare:
            self.remaining.add(Remainder.COLOUR_PROFILE)

    def add_rest(self, data: bytes) -> None:
        """Note what follows the end of a picture: often a second one."""
        if data:
            second = b"\xff\xd8\xff" in data
            self.removed.add(Trace.FURTHER_PICTURES if second else Trace.FURTHER_DATA)

    @property
    def exif(self) -> bytes:
        """The EXIF to write: empty for a picture that is not turned."""
        return b"" if self.orientation == UPRIGHT else orientation_exif(self.orientation)

    def cleaned(self, data: bytes, media_type: str) -> Cleaned:
        """Return the result."""
        return Cleaned(data, media_type, tuple(sorted(self.removed)), tuple(sorted(self.remaining)))
