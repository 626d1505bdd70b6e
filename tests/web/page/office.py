"""A line with everything a page can show, on a real host, and a server for the page itself."""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from meldpunt.client import Handler, HandlerKeys, LineOwner, LinePlan
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, utc_today
from meldpunt.client.lines.texts import Texts
from meldpunt.protocol.verify.clock import CheckIn, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.line_document import ListedHandler
from meldpunt.server import commands
from tests.web.office import PRESET, WebOffice
from tests.web.page.texts import CONTACT, LANGUAGES, NAMES, rich_texts

PEOPLE: Final = (
    ("Noor Bakker", "vertrouwenspersoon", "adviser"),
    ("Sam de Wit", "contactpersoon", "contact"),
    ("Amina Yıldız", "vertrouwenspersoon", "adviser"),
)


class PageOffice(WebOffice):
    """A line whose texts have everything."""

    async def open_rich_line(
        self,
        texts: Texts | None = None,
        *,
        has_keys: bool = True,
        languages: tuple[str, ...] = LANGUAGES,
        names: dict[str, str] = NAMES,
    ) -> "PageOffice":
        """Publish the line, and its handlers' keys unless they should have none."""
        line = self.line_keys.line_id
        keys = [HandlerKeys.create(line, SYSTEM_ENTROPY) for _ in PEOPLE]
        plan = LinePlan(
            languages=languages,
            names=names,
            contact=CONTACT,
            handlers=tuple(map(_listed, keys, PEOPLE, [utc_today()] * len(keys))),
            preset=PRESET,
            texts=texts or rich_texts(),
            check_ins=(CheckIn(starts_at=Moment.RECEIVED, term=Term(1, "D")),),
        )
        invite = await asyncio.to_thread(commands.create_invite, self.host.settings)
        await LineOwner(self.transport(), self.line_keys).publish(plan, invite=invite)
        self.handlers = [Handler(self.transport(), key) for key in keys]
        for handler in self.handlers if has_keys else ():
            await handler.publish_keys(lambda _: None)
        return self

    async def reported(self, text: str = "Wat er gebeurde.") -> str:
        """Make a report that the first two handlers read; returns its code."""
        writer = self.reporter()
        readers = [handler.keys.handler_id for handler in self.handlers[:2]]
        draft = await writer.prepare(await writer.line(), text, language="nl", readers=readers)
        await writer.send(draft)
        return draft.receipt


def _listed(keys: HandlerKeys, person: tuple[str, str, str], day: date) -> ListedHandler:
    name, role, function = person
    listed = keys.entry(name=name, role=role).starting(day)
    more = {"function": function, "languages": ("nl", "en")}
    return ListedHandler.model_validate(dict(listed) | more)


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The built page, and the `line.json` of a line."""

    def __init__(self, *arguments: object, address: str, folder: Path) -> None:
        self._line = json.dumps({"address": address}).encode()
        super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path != "/line.json":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(self._line)))
        self.end_headers()
        self.wfile.write(self._line)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def serving_page(folder: Path, address: str) -> Iterator[str]:
    """Serve a built page for a line, on an origin of its own; gives that origin."""
    handler = partial(_Pages, address=address, folder=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
