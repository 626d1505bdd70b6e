"""A real nginx serves bulletins as the host does, by the lines of docs/operations/install.md."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest

from meldpunt.server import commands
from meldpunt.server.app import open_host
from meldpunt.server.clock import TimeSource
from meldpunt.server.settings import Settings
from tests.support import nginx
from tests.support.clock import SettableClock
from tests.support.hosts import FRONTEND, make_settings
from tests.support.process import HostProcess, serving
from tests.support.upkeep import write_bulletins

TODAY: Final = TimeSource(now=lambda: time.time() - 900).today()
"""Until a quarter past midnight yesterday: the host waits that long with the file of a day."""
YESTERDAY: Final = (TODAY - timedelta(days=1)).isoformat()
MONTH: Final = f"{TODAY.replace(day=1) - timedelta(days=1):%Y-%m}"
_OF_THE_CONNECTION: Final = {"server", "date", "connection"}
"""What nginx says of itself; all other fields must be the host's."""


@dataclass(frozen=True)
class Site:
    """A host with seventy days of bulletins, and nginx in front of it."""

    host: HostProcess
    origin: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    for name in ("host", "nginx"):
        (folder / name).mkdir()
    files = folder / "bulletins"
    url = f"sqlite:///{folder / 'host' / 'meldpunt.db'}"
    settings = make_settings(url, folder / "host" / "secrets.json")
    commands.migrate(settings)
    asyncio.run(seventy_days(settings))
    with serving(folder / "host", bulletins=files) as host:
        wait_for(files / "index.json")  # it comes last; before, nginx asks the host
        port = int(host.origin.rpartition(":")[2])
        with nginx.in_front(folder / "nginx", host_port=port, bulletins=files) as origin:
            yield Site(host, origin)


def wait_for(file: Path) -> None:
    """Wait until the host has filled the folder."""
    until = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.05)


async def seventy_days(settings: Settings) -> None:
    """Write bulletins up to the day before yesterday; `serve` itself writes the last one."""
    clock = SettableClock(TODAY - timedelta(days=70))
    host = open_host(settings, clock=clock.clock)
    await write_bulletins(host)
    clock.pass_days(69)
    await write_bulletins(host)
    await host.close()


def asked(
    origin: str, path: str, method: str = "GET", fields: dict[str, str] | None = None
) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return an answer without what the server says of itself."""
    answer = httpx.request(method, origin + path, headers=fields, timeout=100)
    told = [f for f in answer.headers.multi_items() if f[0] not in _OF_THE_CONNECTION]
    return answer.status_code, answer.content, sorted(told)


PATHS: Final = ("", f"/{YESTERDAY}", f"/{MONTH}")
FIELDS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"range": "bytes=0-9"},
    {"if-none-match": "*"},
    {"if-match": '"x"'},
    {"if-range": '"x"', "range": "bytes=0-9"},
    {"if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT"},
    {"if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"accept-encoding": "gzip, br"},
    {"accept": "text/html"},
    {"origin": FRONTEND},
    {"origin": "https://elsewhere.example"},
    {"cookie": "a=b"},
)


@pytest.mark.parametrize("fields", FIELDS, ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_nginx_answers_a_look_as_the_host_does(
    site: Site, path: str, fields: dict[str, str]
) -> None:
    path = f"/v1/bulletins{path}"
    plain = asked(site.host.origin, path)
    assert plain[0] == 200
    assert asked(site.host.origin, path, fields=fields) == plain
    assert asked(site.origin, path, fields=fields) == plain
    told = dict(plain[2])
    assert told["access-control-allow-origin"] == "*"
    assert not {"etag", "last-modified", "accept-ranges", "vary", "set-cookie"} & told.keys()


@pytest.mark.parametrize(
    "name",
    [
        *("/", "/index.json", "/.partial", "/2099-01-01", "/2026-13", "/today", "/..%2f..", "/%00"),
        *(f"/{YESTERDAY}/", f"//{YESTERDAY}", "-", ".json"),
    ],
)
def test_what_is_not_there_is_the_same_refusal(site: Site, name: str) -> None:
    path = f"/v1/bulletins{name}"
    refused = asked(site.host.origin, path)
    assert refused[0] == 404
    if name not in {"/%00", f"//{YESTERDAY}"}:  # nginx refuses the first, and joins the slashes
        assert asked(site.origin, path) == refused


def test_a_day_that_is_not_over_is_the_same_refusal(site: Site) -> None:
    path = f"/v1/bulletins/{TimeSource().today()}"
    refused = asked(site.host.origin, path)
    assert refused[0] == 404
    assert asked(site.origin, path) == refused


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_refused_as_the_host_does(site: Site, path: str, method: str) -> None:
    path = f"/v1/bulletins{path}"
    refused = asked(site.host.origin, path, method)
    assert refused[0] >= 400
    assert asked(site.origin, path, method) == refused


def test_nginx_serves_them_itself(site: Site) -> None:
    """Also while the host is down; without a file in the folder, it asks the host."""
    before = [asked(site.origin, f"/v1/bulletins{path}") for path in PATHS]
    site.host.stop()
    assert [asked(site.origin, f"/v1/bulletins{path}") for path in PATHS] == before
    assert asked(site.origin, "/v1/bulletins/2099-01-01")[0] == 502
    site.host.start_again()
    folder = site.host.settings.bulletins
    assert folder is not None
    file = folder / YESTERDAY
    file.rename(folder / "away")
    assert asked(site.origin, f"/v1/bulletins/{YESTERDAY}") == before[1]
    (folder / "away").rename(file)
