"""The handler's client in a page of a real browser: the inbox, a report, an answer."""

import base64
from pathlib import Path
from urllib.parse import urlsplit

from meldpunt.cli.keyfile.contents import HandlerContent, read_content
from meldpunt.cli.keyfile.keystore import KeyFile
from tests.support.process import HostProcess
from tests.web.browser import open_browser
from tests.web.handler import PASSPHRASE, TEXT, web_handler
from tests.web.office import WebOffice
from tests.web.pages import ask

ANSWER = "Dank u, wij hebben dit gelezen."
NOTHING_KEPT = "() => [localStorage.length, sessionStorage.length, document.cookie, document.title]"


async def test_a_handler_reads_and_answers_in_a_page(
    host: HostProcess, page_port: int, tmp_path: Path
) -> None:
    """The key file that another program made comes in, and goes out as that one opens it again."""
    async with web_handler(WebOffice(host, host.origin), tmp_path) as carla:
        made = await carla.report(0)
        file = base64.b64encode(carla.file.read_bytes()).decode()
        with open_browser("chromium") as browser:
            tab = browser.open(f"http://127.0.0.1:{page_port}/handler.html")
            wrong = ask(tab, "open", file=file, passphrase="another one entirely")
            assert wrong["sentence"] == "This passphrase does not open this key file."
            opened = ask(tab, "open", file=file, passphrase=PASSPHRASE)
            assert opened["id"] == carla.id.hex()
            assert opened["looks"] > 1  # the page could draw meanwhile
            [entry] = ask(tab, "inbox")
            assert entry["state"] == "received"
            shown = ask(tab, "read", entry=entry["id"])
            assert (shown["texts"], shown["alarms"], shown["notices"]) == ([TEXT], [], [])
            assert ask(tab, "acknowledge", text=ANSWER) == []
            assert ask(tab, "refresh")["state"] == "acknowledged"
            kept = base64.b64decode(ask(tab, "file"))
            assert tab.evaluate(NOTHING_KEPT) == [0, 0, "", "Page"]
            assert tab.complaints() == []
            sent = browser.requests()
        visit = await carla.office.reporter().open(made.receipt)
        assert [message.text for message in visit.thread.messages] == [None, ANSWER]
        assert (visit.thread.alarms, visit.thread.notices) == ((), ())
        await carla.office.close()
    carla.file.write_bytes(kept)
    content = KeyFile.open(carla.file, PASSPHRASE).content
    assert read_content(HandlerContent, content, carla.file) is not None
    for request in sent:
        whole = f"{request['url']} {request['headers']} {request['body']}"
        assert PASSPHRASE not in whole
        assert TEXT[:20] not in whole
    origins = {urlsplit(request["url"]).netloc for request in sent}
    assert origins == {f"127.0.0.1:{page_port}", urlsplit(host.origin).netloc}
