"""Clean a picture segment by segment: no pixel is decoded, and none changes.

It needs no library, and gives the same bytes as `web/sdk/src/cleaning` in a browser.
`tests/client/test_stripping.py` compares them.
"""

from collections.abc import Callable
from typing import Final

from meldpunt.cleaning.gif import clean_gif
from meldpunt.cleaning.jpeg import clean_jpeg
from meldpunt.cleaning.png import SIGNATURE, clean_png
from meldpunt.cleaning.results import Cleaned
from meldpunt.cleaning.webp import clean_webp

_CLEANERS: Final[tuple[tuple[bytes, int, Callable[[bytes], Cleaned]], ...]] = (
    (b"\xff\xd8\xff", 0, clean_jpeg),
    (SIGNATURE, 0, clean_png),
    (b"GIF87a", 0, clean_gif),
    (b"GIF89a", 0, clean_gif),
    (b"WEBP", 8, clean_webp),
)


def strip_picture(data: bytes) -> Cleaned | None:
    """Clean a JPEG, PNG, GIF or WebP picture; None for every other file.

    Raises:
        NotCleanedError: The picture is broken.
    """
    for mark, at, clean in _CLEANERS:
        if data.startswith(mark, at) and (at == 0 or data.startswith(b"RIFF")):
            return clean(data)
    return None
