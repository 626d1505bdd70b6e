"""A real nginx, with the settings that docs/operations/install.md and docs/pages.md recommend."""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.tree import ROOT
from tests.support.debian import find_program
from tests.support.process import ADDRESS, free_port

_PAGE: Final = ROOT / "docs/operations/install.md"
_PAGES: Final = ROOT / "docs/pages.md"
_BLOCK: Final = re.compile(r"^```nginx\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_STARTS_WITHIN: Final = 100.0

_OWN: Final = """\
daemon off;
pid {folder}/nginx.pid;
{user}
{main}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sites}
}}
"""
"""What a system's own nginx.conf has besides: where files lie, and as whom it runs."""


def recommended(*, port: int, host_port: int, bulletins: Path | None = None) -> tuple[str, str]:
    """Return what the page recommends, for the main file and for the site; without TLS.

    Without TLS is how Tor reaches it, by the same page.
    """
    main, site, maps, location = _BLOCK.findall(_PAGE.read_text())
    replacements = [
        (r"listen 443 ssl;", f"listen {ADDRESS}:{port} backlog=4096;", 1),
        (r"proxy_pass http://127\.0\.0\.1:8000;", f"proxy_pass http://{ADDRESS}:{host_port};", 1),
        (r"ssl_certificate(_key)? .*", "", 2),
    ]
    if bulletins is not None:
        site = f"{maps}{site.rstrip().removesuffix('}')}{location}}}\n"
        replacements[1] = (*replacements[1][:2], 2)
        replacements.append((r"root /srv/meldpunt-bulletins;", f"root {bulletins};", 1))
    for pattern, replacement, times in replacements:
        site, count = re.subn(pattern, replacement, site)
        assert count == times, pattern
    return main, site


@contextlib.contextmanager
def in_front(
    folder: Path, *, host_port: int, port: int | None = None, bulletins: Path | None = None
) -> Iterator[str]:
    """Start nginx in front of a host; gives its origin.

    Args:
        folder: An empty folder for its files.
        host_port: Where the host listens.
        port: Where nginx listens; by default anywhere.
        bulletins: The folder from which nginx serves bulletins; by default it serves none itself.
    """
    port = port or free_port()
    main, site = recommended(port=port, host_port=host_port, bulletins=bulletins)
    with _running(folder, main, site, port) as origin:
        yield origin


@contextlib.contextmanager
def serving_files(folder: Path, pages: Path) -> Iterator[str]:
    """Serve a reporter's page as docs/pages.md recommends, without TLS; gives its origin.

    Args:
        folder: An empty folder for nginx's own files.
        pages: Where `meldpunt page` has written.
    """
    port = free_port()
    [site] = _BLOCK.findall(_PAGES.read_text())
    site = replaced(
        site,
        ("listen 443 ssl;", f"listen {ADDRESS}:{port};"),
        ("root /srv/meldpunt-page;", f"root {pages};"),
    )
    with _running(folder, "events {}", site, port) as origin:
        yield origin


@contextlib.contextmanager
def _running(folder: Path, main: str, site: str, port: int) -> Iterator[str]:
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(_OWN.format(folder=folder, user=user, main=main, sites=site))
    program = find_program("nginx", package="nginx-light")
    command = [program, "-p", str(folder), "-c", str(file), "-e", "stderr"]
    with (folder / "nginx-output").open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until_it_listens(process, port, folder / "nginx-output")
        yield f"http://{ADDRESS}:{port}"
    finally:
        process.terminate()
        process.wait(_STARTS_WITHIN)


def replaced(site: str, *pairs: tuple[str, str]) -> str:
    """Return settings with each text replaced, which is there once."""
    for text, replacement in pairs:
        assert site.count(text) == 1, text
        site = site.replace(text, replacement)
    return site


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    """Wait for a server; fails with its output if it does not start."""
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, output.read_text()
        with contextlib.suppress(OSError), socket.create_connection((ADDRESS, port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(output.read_text())
