"""The client in TypeScript as pages load it: real browsers, another origin than the host's."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.web.browser import ENGINES, Browser, Tab, open_browser
from tests.web.client import TEXT
from tests.web.office import WebOffice
from tests.web.pages import ask

NOTHING_KEPT: Final = {
    "local": {},
    "session": {},
    "cookies": "of=the-page",  # which a test gave it
    "databases": 0,
    "caches": 0,
    "workers": 0,
    "title": "Page",
}
OWN_FIELDS: Final = {
    "accept",
    "content-digest",
    "content-length",
    "content-type",
    "signature",
    "signature-input",
}
"""Fields that the client sets; the others are the browser's own, as for every page."""
OF_EVERY_REQUEST: Final = {
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "host",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "te",
    "user-agent",
}


@pytest.fixture(scope="module", params=ENGINES)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with open_browser(request.param) as made:
        yield made


def ask_alive(tab: Tab, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
    """Ask what takes long: the page is told of progress, and its timers tick while it waits.

    A busy machine may stop the whole page once, and even twice.
    """
    pauses: list[tuple[float, float]] = []
    while len(pauses) < 3:
        watched = ask(tab, command, **given)
        pauses.append((watched["longest"], watched["took"]))
        shares = [share for share, _ in watched["told"]]
        ticks = {ticked for _, ticked in watched["told"]}
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert len(shares) > 100
        if len(ticks) >= 5 and watched["longest"] < watched["took"] / 2:
            return watched
    raise AssertionError(pauses)


async def test_a_page_reports_and_follows_and_keeps_nothing(
    office: WebOffice, browser: Browser, page_port: int
) -> None:
    tab = browser.open(f"http://127.0.0.1:{page_port}/")
    tab.evaluate("() => { document.cookie = 'of=the-page'; }")  # a cookie has no port
    before = len(browser.requests())
    assert ask(tab, "open", address=office.address)["name"] == "Meldpunt integriteit"
    made = ask_alive(tab, "prepare", text=TEXT, readers=office.ids(0))
    assert ask(tab, "send") == []
    thread = await office.read()
    assert thread.messages[0].text == TEXT
    await office.handlers[0].acknowledge(thread, "Gelezen. 😀", language="nl")
    shown = ask_alive(tab, "visit", receipt=made["receipt"].lower())
    assert shown["messages"] == ["own", "Gelezen. 😀"]
    assert (shown["alarms"], shown["notices"], shown["state"]) == ([], [], "acknowledged")
    assert ask(tab, "reply", text="Dank u.") == []
    assert (await office.read()).messages[-1].text == "Dank u."
    kept = ask(tab, "kept")
    assert {name: kept[name] for name in NOTHING_KEPT} == NOTHING_KEPT
    assert made["receipt"] not in str(kept)
    _tell_nothing(browser.requests()[before:], office.host.origin)
    assert tab.complaints() == []


def _tell_nothing(requests: list[dict[str, Any]], origin: str) -> None:
    """Check what went over the wire: to the line's host alone, and nothing of the page."""
    asked = [f"{request['method']} {urlsplit(request['url']).path}" for request in requests]
    assert {"GET /v1/report", "POST /v1/challenges", "PUT /v1/report"} <= set(asked)
    for request in requests:
        assert request["url"].startswith(f"{origin}/v1/")
        if request["method"] == "OPTIONS":
            continue  # the browser's own question
        headers = request["headers"]
        assert headers.keys() <= OWN_FIELDS | OF_EVERY_REQUEST
        assert headers["cache-control"] == "no-cache"  # cache: "no-store"
        assert headers["sec-fetch-mode"] == "cors"
