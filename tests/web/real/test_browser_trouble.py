"""What goes wrong around a page in a real browser: nothing arrives twice, and nothing is lost."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.web.browser import Browser, Tab, open_browser
from tests.web.office import WebOffice
from tests.web.pages import ask

AT_ONCE: Final[dict[str, list[int]]] = {"delays": []}
"""The transport tries once: the person tries again."""
YEARS: Final = 3 * 365
RIGHT_TO_LEFT: Final = "קרה משהו 😀 "


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser("chromium") as made:
        yield made


@pytest.fixture
def tab(browser: Browser, page_port: int) -> Tab:
    return browser.open(f"http://127.0.0.1:{page_port}/")


def again(tab: Tab, command: str, **given: object) -> bool:
    """Do something, and once more if the network was gone; say whether it was."""
    answer = ask(tab, command, **given)
    if not isinstance(answer, dict) or "isUnreachable" not in answer:
        return False
    assert answer["isUnreachable"], answer
    answer = ask(tab, command, **given)
    assert not isinstance(answer, dict) or "isUnreachable" not in answer, answer
    return True


def test_a_host_that_does_not_list_the_page_is_named_as_that(
    office: WebOffice, browser: Browser, page_port: int
) -> None:
    tab = browser.open(f"http://localhost:{page_port}/")  # the host lists 127.0.0.1
    told = ask(tab, "open", address=office.address, limits=AT_ONCE)
    assert told["code"] == "unreachable"
    assert "MELDPUNT_FRONTEND_ORIGINS" in told["hint"]


def test_a_plain_http_address_is_refused_before_a_request(tab: Tab, browser: Browser) -> None:
    before = len(browser.requests())
    told = ask(tab, "open", address=f"http://report.example/v1/lines/{'a' * 32}")
    assert told["code"] == "insecure"
    assert len(browser.requests()) == before


async def test_a_clock_years_off_seals_nothing(office: WebOffice, tab: Tab) -> None:
    assert ask(tab, "open", address=office.address, days=-YEARS)["reason"] == "document-dates"
    opened = ask(tab, "open", address=office.address, days=YEARS)
    assert {"kind": "document-past-grace"} in opened["notices"]
    assert ask(tab, "prepare", text="Iets.")["reason"] == "document-expired"
    assert await office.read_all() == []


@pytest.mark.parametrize("how", ["request", "answer", "body"])
async def test_a_network_that_goes_in_the_middle_of_a_request_loses_nothing(
    office: WebOffice, tab: Tab, browser: Browser, how: str
) -> None:
    ask(tab, "open", address=office.address, limits=AT_ONCE)
    receipt = ask(tab, "prepare", text="Eén keer.", readers=office.ids(0))["receipt"]
    browser.fail_at(0, how)
    assert again(tab, "send")  # in its challenge
    for at in (0, 1, 2):  # the status, the messages; a challenge, on a connection of its own
        browser.fail_at(at, how)
        assert again(tab, "visit", receipt=receipt)
    browser.fail_at(0, how)
    assert again(tab, "reply", text="Nog iets.")
    other = ask(tab, "prepare", text="Twee.", readers=office.ids(0))["receipt"]
    browser.fail_at(1, how)
    assert again(tab, "send")  # in the report itself
    assert other != receipt
    threads = sorted(await office.read_all(), key=lambda thread: len(thread.messages))
    texts = [[message.text for message in thread.messages] for thread in threads]
    assert texts == [["Twee."], ["Eén keer.", "Nog iets."]]
    assert all((thread.alarms, thread.notices) == ((), ()) for thread in threads)


async def test_a_second_tab_that_sends_at_once_loses_nothing(
    office: WebOffice, tab: Tab, browser: Browser, page_port: int
) -> None:
    ask(tab, "open", address=office.address)
    receipt = ask(tab, "prepare", text="Een.", readers=office.ids(0))["receipt"]
    ask(tab, "send")
    tabs = {"Links.": tab, "Rechts.": browser.open(f"http://127.0.0.1:{page_port}/")}
    for each in tabs.values():
        ask(each, "open", address=office.address)
        ask(each, "visit", receipt=receipt)
    for text, each in tabs.items():
        each.evaluate(
            "(given) => { globalThis.pending = command(given); }",
            {"command": "reply", "text": text},
        )
    answers = {text: each.evaluate("() => pending") for text, each in tabs.items()}
    refused = [text for text, answer in answers.items() if "error" in answer]
    assert len(refused) <= 1
    for text in refused:
        assert answers[text]["error"]["code"] == "number-taken"
        ask(tabs[text], "visit", receipt=receipt)
        assert ask(tabs[text], "reply", text=text) == []
    thread = await office.read()
    assert {message.text for message in thread.messages} == {"Een.", "Links.", "Rechts."}
    assert len(thread.messages) == 3
    assert thread.alarms == ()


async def test_the_longest_text_fits_and_one_byte_more_is_told_by_how_much(
    office: WebOffice, tab: Tab
) -> None:
    ask(tab, "open", address=office.address)
    around = len('{"version":1,"language":"nl","content":{"text":""}}')
    room = 65_532 - around
    text = RIGHT_TO_LEFT * (room // len(RIGHT_TO_LEFT.encode()))
    text += "x" * (room - len(text.encode()))
    told = ask(tab, "prepare", text=text + "x", readers=office.ids(0))
    assert (told["reason"], "1 byte te lang" in told["sentence"]) == ("too-long", True)
    told = ask(tab, "prepare", text=text + "😀" * 100, readers=office.ids(0))
    assert "400 bytes te lang" in told["sentence"]
    assert "receipt" in ask(tab, "prepare", text=text, readers=office.ids(0))
    assert ask(tab, "send") == []
    assert (await office.read()).messages[0].text == text
