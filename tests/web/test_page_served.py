"""The page as an office serves it: written, served by nginx, opened in browsers, and checked."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest

from meldpunt.client.lines.texts import Texts
from meldpunt.page import INDEX, LINE, SINGLE, read_build
from meldpunt.protocol.texts.guide import read_guide
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.encoding import encode_base64url
from tests.architecture.tree import ROOT
from tests.support.caddy import OUTPUT, serving_by_caddy
from tests.support.debian import find_program
from tests.support.nginx import serving_files
from tests.support.process import ADDRESS, HostProcess, serving
from tests.web.browser import Browser, open_browser
from tests.web.page.office import PageOffice
from tests.web.page.texts import NAMES, rich_texts, said

HOSTILE: Final = {
    "nl": "</title></script><script>document.title='evil'</script>",
    "en": "<img src=x onerror=\"document.title='evil'\">",
    "nl-simple": "javascript:document.title='evil'",
}
SHOWN: Final = "() => document.body.innerText"
TEXT_COLOUR: Final = "() => document.documentElement.style.getPropertyValue('--light-text')"
NAMED: Final = "::-p-xpath(//body//*[{}])".format(
    " or ".join(f'contains(., "{NAMES[language]}")' for language in ("en", "nl"))
)
"""Shown once the line's document has come, which is later than the first heading."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    folder = tmp_path_factory.mktemp("host")
    with serving(folder, frontend_origins=("localhost", "null")) as made:
        yield made


async def opened(
    host: HostProcess, names: dict[str, str] = NAMES, texts: Texts | None = None
) -> str:
    """Open a line, and return its address."""
    office = await PageOffice(host, host.origin).open_rich_line(texts, names=names)
    await office.close()
    return office.address


@pytest.fixture(scope="module")
def address(host: HostProcess) -> str:
    return asyncio.run(opened(host))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, address: str) -> Path:
    """Write the page with the program itself."""
    made = tmp_path_factory.mktemp("page") / "site"
    status, told = meldpunt("page", "--to", str(made), address)
    assert status == 0
    assert told["files"][SINGLE] == read_build().manifest.files[1].hash.hex()
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[str]:
    with serving_files(tmp_path_factory.mktemp("nginx"), folder) as origin:
        yield origin


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_browser("chromium") as browser:
        yield browser


def meldpunt(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "meldpunt", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def alarms(told: dict[str, Any]) -> set[tuple[str, str | None]]:
    found = told["findings"]
    return {(each["check"], each.get("file")) for each in found if each["level"] == "alarm"}


def test_a_page_served_as_documented_holds_and_a_changed_one_is_named(
    site: str, folder: Path, address: str
) -> None:
    status, told = meldpunt("verify-page", site, address)
    assert (status, alarms(told)) == (0, set())
    script = next(path for path in folder.iterdir() if path.suffix == ".js")
    whole = script.read_bytes()
    line = (folder / LINE).read_bytes()
    try:
        script.write_bytes(whole + b"\nfetch('/what-was-typed')")
        (folder / LINE).write_bytes(line.replace(b"/v1/lines/", b"/v1/lines/aaaa"))
        status, told = meldpunt("line", "audit", "--page", site, address)
        expected = {("page-file", script.name), ("page-line", LINE)}
        assert (status, alarms(told)) == (1, expected)
    finally:
        script.write_bytes(whole)
        (folder / LINE).write_bytes(line)


def test_a_browser_opens_the_line_of_the_server_and_no_other(
    chromium: Browser, site: str, address: str, tmp_path: Path
) -> None:
    before = len(chromium.requests())
    tab = chromium.open(f"{site}/#https://evil.example/v1/lines/{'a' * 32}")
    tab.do("text", selector="main h1")
    tab.text(NAMED)
    assert tab.complaints() == []
    assert tab.evaluate("() => document.cookie + localStorage.length + document.title") == (
        "0Informatie"
    )
    asked = {request["url"] for request in chromium.requests()[before:]}
    origins = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in asked}
    assert origins == {site, "/".join(address.split("/")[:3])}


FIELDS: Final = ("content-security-policy", "referrer-policy", "x-content-type-options")


def test_caddy_as_documented_serves_the_page_and_tells_nothing(
    tmp_path: Path, folder: Path, address: str
) -> None:
    """Its errors have the same fields, and nobody who asks is written down."""
    (folder / "loop.html").symlink_to("loop.html")
    try:
        with serving_by_caddy(tmp_path, folder) as origin:
            status, told = meldpunt("verify-page", origin, address)
            assert (status, alarms(told)) == (0, set())
            missing, broken = (
                httpx.get(f"{origin}/{name}", timeout=100) for name in ("none", "loop.html")
            )
    finally:
        (folder / "loop.html").unlink()
    assert (missing.status_code, broken.status_code) == (404, 500)
    for answer in (missing, broken):
        assert all(name in answer.headers for name in FIELDS)
        assert "server" not in answer.headers
    log = (tmp_path / OUTPUT).read_text()
    assert "server running" in log
    assert "loop.html" not in log
    assert "remote_" not in log


def test_an_onion_is_served_without_tls_as_documented(tmp_path: Path, folder: Path) -> None:
    name = f"{'a' * 56}.onion"
    with serving_by_caddy(tmp_path, folder, site=name, more=f"bind {ADDRESS}") as origin:
        page = httpx.get(origin, headers={"host": name}, timeout=100)
        assert page.content == (folder / INDEX).read_bytes()
        assert httpx.get(origin, timeout=100).content == b""  # nothing but the onion


def test_tor_takes_the_documented_lines(tmp_path: Path) -> None:
    [lines] = re.findall(
        r"^(HiddenServiceDir .*\nHiddenServicePort .*)$",
        (ROOT / "docs/pages.md").read_text("utf-8"),
        re.MULTILINE,
    )
    data = tmp_path / "tor"
    data.mkdir(mode=0o700)
    (tmp_path / "torrc").write_text(f"DataDirectory {data}\n{lines.replace('/var/lib', str(data))}")
    (data / "tor").mkdir(mode=0o700)
    program = find_program("tor", package="tor")
    command = [program, "-f", str(tmp_path / "torrc"), "--verify-config"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    assert "Configuration was valid" in done.stdout


HEADING: Final = """async () => {
  for (let i = 0; i < 300; i++) {
    const heading = document.querySelector("main h1")?.innerText;
    if (heading && heading !== "Meldpunt") return heading;
    await new Promise((done) => setTimeout(done, 100));
  }
  return "";
}"""
"""The heading, once the line is open."""


def test_a_posters_code_opens_the_guide_at_its_answer(chromium: Browser, site: str) -> None:
    """And leaves the address as it is for everybody."""
    guide = read_guide(rich_texts().guide)
    leaf = next(node for node in guide.nodes if not node.choices)
    titles = {text.text for text in leaf.title}
    for fragment, is_there in ((leaf.id, True), ("nowhere", False), ("../x", False)):
        chromium.open("about:blank")  # else only the fragment changes, and nothing loads
        tab = chromium.open(f"{site}/#{fragment}")
        heading = tab.evaluate(HEADING)
        assert heading
        assert (heading in titles) == is_there
        assert tab.evaluate("() => location.href") == f"{site}/"
        assert tab.complaints() == []
    chromium.open("about:blank")
    tab = chromium.open(f"{site}/#{leaf.id}", blocked=["line.json"])
    assert tab.text("[role=alert]")
    assert tab.evaluate("() => location.href") == f"{site}/"  # though no line was opened


def test_the_server_keeps_no_log_of_who_came(
    site: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert site
    for path in tmp_path_factory.getbasetemp().glob("nginx*/**/*"):
        assert not path.is_file() or path.name in {"nginx.conf", "nginx.pid", "nginx-output"}
        assert path.name != "nginx-output" or "GET" not in path.read_text()


@pytest.mark.parametrize("engine", ["chromium", "firefox"])
def test_the_page_in_one_file_works_from_disk(
    engine: str, chromium: Browser, folder: Path, address: str
) -> None:
    def check(browser: Browser) -> None:
        before = len(browser.requests())
        tab = browser.open(f"{(folder / SINGLE).as_uri()}#{address}")
        tab.do("text", selector="main h1")
        tab.text(NAMED)
        assert tab.complaints() == []
        assert "#" not in tab.evaluate("() => location.href")
        asked = [request["url"] for request in browser.requests()[before:]]
        assert asked
        assert all(url.startswith(address) for url in asked)

    if engine == "chromium":
        check(chromium)
        return
    with open_browser(engine) as browser:
        check(browser)


def test_a_line_whose_names_are_scripts_shows_them_as_text(
    chromium: Browser, host: HostProcess, folder: Path
) -> None:
    address = asyncio.run(opened(host, HOSTILE))
    tab = chromium.open(f"{(folder / SINGLE).as_uri()}#{address}")
    tab.do("text", selector="main h1")
    shown = tab.evaluate(SHOWN)
    assert any(name in shown for name in HOSTILE.values())
    assert tab.evaluate("() => document.title") == "Informatie"
    assert tab.complaints() == []


HIDDEN: Final = {
    "text": "#fffffe",
    "background": "#ffffff",
    "accent": "#fffffd",
    "accentText": "#fffffe",
}
CLEAR: Final = {
    "text": "#000000",
    "background": "#ffffff",
    "accent": "#004488",
    "accentText": "#ffffff",
}


def theme(colours: dict[str, str], kind: str, logo: bytes) -> bytes:
    """A theme as no client of ours signs it."""
    shown = {"type": kind, "data": encode_base64url(logo), "label": said("Logo", "Logo")}
    return strict_json.dump({"version": 1, "light": colours, "logo": shown})


def test_a_theme_that_hides_text_or_brings_a_large_or_strange_logo_is_not_used(
    chromium: Browser, host: HostProcess, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office of this line signs what it likes."""
    monkeypatch.setattr(Texts, "check", lambda *_: None)
    png = b"\x89PNG\r\n\x1a\n"
    svg = b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>"
    for made, place, expected in (
        (theme(CLEAR, "image/png", png), "main h1", "#000000"),
        (theme(HIDDEN, "image/png", png), "[role=alert] h1", ""),
        (theme(CLEAR, "image/png", png + bytes(70_000)), "[role=alert] h1", ""),
        (theme(CLEAR, "image/svg+xml", svg), "[role=alert] h1", ""),
    ):
        address = asyncio.run(opened(host, texts=replace(rich_texts(), theme=made)))
        tab = chromium.open(f"{(folder / SINGLE).as_uri()}#{address}")
        tab.do("text", selector=place)
        assert tab.evaluate(TEXT_COLOUR) == expected
        assert tab.evaluate("() => document.title") == "Informatie"
