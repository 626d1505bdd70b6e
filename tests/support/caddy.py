"""A real Caddy, with the settings that docs/pages.md recommends."""

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.tree import ROOT
from tests.support.debian import find_program
from tests.support.nginx import replaced, wait_until_it_listens
from tests.support.process import ADDRESS, free_port

_BLOCK: Final = re.compile(r"^```caddy\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_STOPS_WITHIN: Final = 100.0
OUTPUT: Final = "caddy-output"


@contextlib.contextmanager
def serving_by_caddy(folder: Path, pages: Path, *, site: str = "", more: str = "") -> Iterator[str]:
    """Serve a reporter's page as the document says, without TLS; gives its origin.

    Args:
        folder: An empty folder for Caddy's own files; it writes `OUTPUT` there.
        pages: Where `meldpunt page` has written.
        site: The name that it answers to; by default the address.
        more: A line for the site.
    """
    port = free_port()
    [settings] = _BLOCK.findall((ROOT / "docs/pages.md").read_text("utf-8"))
    settings = replaced(
        settings,
        ("\nmeldpunt.example {\n", f"\nhttp://{site or ADDRESS}:{port} {{\n\t{more}\n"),
        ("root * /srv/meldpunt-page", f"root * {pages}"),
        ("{\n\tlog {", "{\n\tadmin off\n\tlog {"),  # its own port could be another's
    )
    (folder / "Caddyfile").write_text(settings)
    program = find_program("caddy", package="caddy")
    command = [program, "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    with (folder / OUTPUT).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_it_listens(process, port, folder / OUTPUT)
        yield f"http://{ADDRESS}:{port}"
    finally:
        process.terminate()
        process.wait(_STOPS_WITHIN)
