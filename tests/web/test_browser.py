"""The browsers that other tests use: what they send is written down, and nothing else is sent."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.web.browser import ENGINES, open_browser

PAGE: Final = b"""<!doctype html><title>Page</title><link rel=icon href="data:,">
<button onclick="fetch('/sent', {method: 'POST', body: 'a word'}).then(() => done.hidden = false)">
Send</button><p id=done hidden>Sent.</p><input aria-label=Text>
<script>fetch("http://other.example/a?b").catch(() => console.log("refused"));</script>"""


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(PAGE)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_browser_sends_what_its_page_sends_and_nothing_else(
    engine: str, origin: str, tmp_path: Path
) -> None:
    with open_browser(engine) as browser:
        tab = browser.open(f"{origin}/")
        tab.click("button")
        assert tab.text("#done:not([hidden])") == "Sent."
        tab.fill("[aria-label=Text]", "“Écht” 😀")
        assert tab.evaluate("() => document.querySelector('input').value") == "“Écht” 😀"
        has = "undefined" if engine == "firefox-safer" else "object"
        assert tab.evaluate("() => typeof WebAssembly") == has
        tab.screenshot(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 1000
        assert "refused" in tab.complaints()
        profile = browser.profile()
        assert any(profile.iterdir())
        found = {(request["method"], request["url"]): request for request in browser.requests()}
    assert sorted(found) == [
        ("GET", f"{origin}/"),
        ("GET", "http://other.example/a?b"),
        ("POST", f"{origin}/sent"),
    ]
    assert found["POST", f"{origin}/sent"]["body"] == "a word"
    assert found["POST", f"{origin}/sent"]["status"] == 200
    assert found["GET", "http://other.example/a?b"]["headers"]["referer"] == f"{origin}/"
    assert not profile.exists()
