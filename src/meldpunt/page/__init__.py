"""The reporter's page, as `make page` built it from `web/report`: to serve, and to compare with.

The same bytes serve every line. `line.json` beside them says which line a page is for.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from meldpunt.protocol.texts.page_manifest import PageManifest, read_page_manifest

MANIFEST: Final = "page-manifest.json"
"""The manifest of the other files (openapi/texts.md section 7)."""
SINGLE: Final = "meldpunt-page.html"
"""The whole page in one file, to open from disk."""
LINE: Final = "line.json"
"""It says which line the page is for. No manifest covers it."""
INDEX: Final = "index.html"


@dataclass(frozen=True, slots=True, repr=False)
class PageBuild:
    """The built files of one release."""

    manifest: PageManifest
    files: dict[str, bytes]
    """By name, the manifest's own bytes too."""


def read_build() -> PageBuild:
    """Return the build that this release brings along."""
    folder = files(__package__).joinpath("built")
    data = folder.joinpath(MANIFEST).read_bytes()
    manifest = read_page_manifest(data)
    listed = {file.path: folder.joinpath(file.path).read_bytes() for file in manifest.files}
    return PageBuild(manifest, {MANIFEST: data, **listed})


def line_file(address: str) -> bytes:
    """Return `line.json` for the line at an address."""
    return json.dumps({"address": address}).encode() + b"\n"


def read_line_file(data: bytes) -> str | None:
    """Return the address in `line.json`, or None if it is another file."""
    try:
        told = json.loads(data)
    except ValueError:
        return None
    if not isinstance(told, dict) or told.keys() != {"address"}:
        return None
    address = told["address"]
    return address if isinstance(address, str) else None
