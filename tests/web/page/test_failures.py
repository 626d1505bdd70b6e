"""Whatever fails, people are told in words, and nothing is sent in plaintext or twice."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support.process import HostProcess
from tests.web.browser import Browser
from tests.web.page.office import PageOffice, serving_page
from tests.web.page.person import Person, report

POOR: Final = """
  for (const name of ["Worker", "indexedDB", "localStorage", "sessionStorage", "caches"])
    Object.defineProperty(window, name, { get() { throw new Error("not here"); } });
  Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
  delete window.WebAssembly;
"""
"""A browser in which much is missing."""


def test_without_any_one_of_its_scripts_the_page_says_so_and_sends_nothing(
    built: Path, origin: str, chromium: Browser
) -> None:
    scripts = sorted(path.name for path in built.glob("*.js"))
    assert len(scripts) >= 2
    for script in scripts:
        before = len(chromium.requests())
        tab = chromium.open(f"{origin}/", blocked=[script])
        assert "bel het meldpunt" in tab.text("#waiting"), script
        assert tab.evaluate("() => document.querySelectorAll('input, textarea').length") == 0
        asked = chromium.requests()[before:]
        assert {request["method"] for request in asked} == {"GET"}
        assert all(request["url"].startswith(origin) for request in asked)


async def test_a_network_that_goes_while_sending_loses_and_doubles_nothing(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    person = await asyncio.to_thread(Person, chromium, origin, first=POOR)
    await asyncio.to_thread(_send_offline, person)
    read = [len(await office.read_all(who)) for who in range(3)]
    assert sorted(read) == [0, 1, 1]  # two readers, one report


def _send_offline(person: Person) -> None:
    code = report(person)
    person.press("Laat de code nog eens zien")
    person.press("Kopiëren")
    person.sees("Kopiëren lukt hier niet")
    person.press("Ik heb de code bewaard")
    person.tab.do("offline", **{"is": True})
    person.write("#code", code)
    person.press("Verstuur mijn bericht")
    person.sees("De server antwoordt niet")
    person.sees("Je bericht staat nog op deze pagina")
    person.tab.do("offline", **{"is": False})
    person.press("Opnieuw proberen")
    person.sees("Je bericht is aangekomen")


async def test_a_code_that_opens_nothing_here_is_explained(origin: str, chromium: Browser) -> None:
    await asyncio.to_thread(_wrong_codes, origin, chromium)


def _wrong_codes(origin: str, chromium: Browser) -> None:
    unused = report(Person(chromium, origin))
    person = Person(chromium, origin)
    person.press("Ik heb een code")
    before = len(chromium.requests())
    for typed, told in (
        ("", "Vul eerst je code in"),
        (unused[:-1], "Een code heeft 20 tekens"),
        (f"{unused[:-1]}U", "teken in dat nooit in een code staat"),
        (unused[::-1], "Er zit een fout in"),
    ):
        person.write("#code", typed)
        person.press("Open mijn bericht")
        person.sees(told)
    looked = [request["url"] for request in chromium.requests()[before:]]
    assert not [url for url in looked if "bulletin" not in url]
    person.write("#code", unused)
    person.press("Open mijn bericht")
    person.sees("Bij deze code is hier geen bericht")


async def test_a_line_that_is_too_old_or_has_no_readers_asks_nobody_to_write(
    page_host: HostProcess, built: Path, office: PageOffice, origin: str, chromium: Browser
) -> None:
    await asyncio.to_thread(_too_old, chromium, origin)
    empty = await PageOffice(page_host, page_host.origin).open_rich_line(has_keys=False)
    await empty.close()
    with serving_page(built, empty.address) as other:
        await asyncio.to_thread(_is_closed, Person(chromium, other), "Niemand van dit meldpunt")


def _too_old(chromium: Browser, origin: str) -> None:
    later = "const now = Date.now; Date.now = () => now() + 150 * 86400000;"
    _is_closed(Person(chromium, origin, first=later), "gegevens van dit meldpunt zijn te oud")


def _is_closed(person: Person, told: str) -> None:
    person.sees(told)
    assert "Ik wil iets melden" not in person.tab.text("main")


@pytest.fixture
def impostor(office: PageOffice) -> Iterator[str]:
    """A host that answers for another line than the page's."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = httpx.get(office.address, timeout=100).content
            self.send_response(200)
            self.send_header("access-control-allow-origin", "*")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/lines/{'a' * 32}"
        server.shutdown()


def test_a_line_that_does_not_verify_stops_everything(
    built: Path, impostor: str, chromium: Browser
) -> None:
    with serving_page(built, impostor) as origin:
        tab = chromium.open(f"{origin}/")
        told = tab.text("[role=alert]")
        assert "by whom they should be" in told
        assert "Nothing was sent" in told
        assert tab.evaluate("() => document.querySelectorAll('input, textarea').length") == 0


async def test_after_a_reload_in_the_middle_the_code_tells_whether_it_arrived(
    office: PageOffice, origin: str, chromium: Browser
) -> None:
    arrived = await asyncio.to_thread(_reload, origin, chromium)
    assert {len(await office.read_all(who)) for who in range(3)} == ({0, 1} if arrived else {0})


def _reload(origin: str, chromium: Browser) -> bool:
    person = Person(chromium, origin)
    code = report(person)
    person.write("#code", code)
    person.press("Verstuur mijn bericht")
    person.tab.do("goto", url=f"{origin}/")
    person.arrive(origin)
    person.press("Ik heb een code")
    person.write("#code", code)
    person.press("Open mijn bericht")
    told = person.tab.text(".steps, [role=alert]")
    assert "Aangekomen" in told or "geen bericht" in told
    return "Aangekomen" in told
