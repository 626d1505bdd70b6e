"""Many lines, one host, nothing shared: what is another line's does not exist for anybody here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from meldpunt.protocol.keys import SEED_SIZE, SigningKey
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.fields import Model
from meldpunt.server.http.contract import BASE_PATH
from meldpunt.wire.reports import BulletinKeyPut
from tests.client.two_lines import Answer, Line, Lines, Names, ask
from tests.support.uploads import BODY_TYPE, SMALL, TUS


@dataclass(frozen=True)
class Probe:
    """A request that names something of a line."""

    operation: str
    """As the OpenAPI document writes it."""
    target: Callable[[Names], str]
    body: Callable[[Names], Model] | None
    opens_for: str
    """Whose key of that line gets another answer than a stranger's."""
    fields: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    """In place of a body."""

    async def send(self, line: Line, key: SigningKey | None, names: Names) -> Answer:
        method = self.operation.split()[0]
        body = self.body(names).to_json() if self.body else self.content
        return await ask(line.hosted.http, key, method, self.target(names), body, self.fields)


def _line(*parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(("/v1/lines", encode_line_id(names.line), *parts))


def _inbox(names: Names) -> str:
    return f"/v1/inbox?line={encode_line_id(names.line)}"


def _entry(*parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(("/v1/inbox", encode_base64url(names.entry), *parts))


def _of_entry(message: Callable[[Names], bytes], *parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(
        (_entry("messages")(names), encode_base64url(message(names)), *parts)
    )


def _of_attachment(whose: str) -> Iterator[Probe]:
    """Give every operation on a reporter's or handler's attachment; the last takes it back."""

    def target(what: str) -> Callable[[Names], str]:
        def of(names: Names) -> str:
            place = "/v1/report" if whose == "reporter" else _entry()(names)
            return f"{place}/attachments/{encode_base64url(getattr(names, what))}"

        return of

    place = "/v1/report" if whose == "reporter" else "/v1/inbox/{entry}"
    path = f"{place}/attachments/{{attachmentId}}"
    upload = target(f"{whose}s_upload")
    sent = "handlers_attachment" if whose == "reporter" else "reporters_attachment"
    yield Probe(f"GET {path}", target(sent), None, whose)
    length = TUS | {"upload-length": str(SMALL)}
    # Listed, so no more to be begun; a stranger of the same kind may begin one of that id.
    yield Probe(f"POST {path}", target(f"{whose}s_attachment"), None, whose, length)
    yield Probe(f"HEAD {path}", upload, None, whose, TUS)
    fields = TUS | {"upload-offset": "0", "content-type": BODY_TYPE}
    yield Probe(f"PATCH {path}", upload, None, whose, fields, bytes(SMALL))
    yield Probe(f"DELETE {path}", upload, None, whose, TUS)


PROBES: Final = (
    Probe("GET /v1/lines/{lineId}/export", _line("export"), None, "line"),
    Probe("GET /v1/lines/{lineId}/clocks", _line("clocks"), None, "line"),
    Probe("PUT /v1/lines/{lineId}/import", _line("import"), lambda n: n.put_import, "line"),
    Probe("DELETE /v1/lines/{lineId}/reports", _line(f"reports?held={'A' * 43}"), None, "line"),
    Probe("PUT /v1/lines/{lineId}", _line(), lambda n: n.put_line, "line"),
    Probe(
        "PUT /v1/lines/{lineId}/box-keys", _line("box-keys"), lambda n: n.put_box_keys, "handler"
    ),
    Probe("PUT /v1/report", lambda _: "/v1/report", lambda n: n.put_report, "reporter"),
    Probe(
        "PUT /v1/report/bulletin-key",
        lambda _: "/v1/report/bulletin-key",
        lambda _: BulletinKeyPut(bulletin_key=bytes(16)),
        "reporter",
    ),
    Probe("GET /v1/report", lambda _: "/v1/report", None, "reporter"),
    Probe("GET /v1/report/messages", lambda _: "/v1/report/messages", None, "reporter"),
    Probe(
        "PUT /v1/report/messages/{messageId}",
        lambda n: f"/v1/report/messages/{encode_base64url(n.reporters_message.message_id)}",
        lambda n: n.reporters_message,
        "reporter",
    ),
    Probe("GET /v1/inbox", _inbox, None, "handler"),
    Probe("GET /v1/inbox/{entry}", _entry(), None, "handler"),
    Probe("GET /v1/inbox/{entry}/messages", _entry("messages"), None, "handler"),
    Probe(
        "PUT /v1/inbox/{entry}/messages/{messageId}",
        _of_entry(lambda n: n.handlers_message.message_id),
        lambda n: n.handlers_message,
        "handler",
    ),
    Probe(
        "PUT /v1/inbox/{entry}/messages/{messageId}/wraps",
        _of_entry(lambda n: n.message, "wraps"),
        lambda n: n.put_wraps,
        "handler",
    ),
    Probe(
        "DELETE /v1/inbox/{entry}/messages/{messageId}/wraps/{keyId}",
        lambda n: _of_entry(lambda n: n.message, "wraps")(n) + "/" + encode_base64url(n.key),
        None,
        "handler",
    ),
    *_of_attachment("reporter"),
    *_of_attachment("handler"),
)
"""What belongs to somebody. A target without a name is decided by the caller's key alone."""

PUBLIC: Final = frozenset(
    {
        "POST /v1/challenges",
        "GET /v1/health",
        "GET /v1/host",
        "GET /v1/lines/{lineId}",
        "GET /v1/lines/{lineId}/documents/{hash}",
        "GET /v1/lines/{lineId}/texts/{hash}",
        "GET /v1/bulletins",
        "GET /v1/bulletins/{name}",
        "GET /v1/openapi.json",
        "GET /v1/docs",
        "GET /v1/docs/{asset}",
        "OPTIONS /v1/report/attachments/{attachmentId}",
        "OPTIONS /v1/inbox/{entry}/attachments/{attachmentId}",
    }
)
"""What an office publishes, and what says nothing of any line."""


DONE_ALREADY: Final = frozenset({"DELETE /v1/report/attachments/{attachmentId}"})
"""Whoever asks is told that nothing of theirs is there: an upload can be deleted again."""


def _strangers(line: Line) -> dict[str, SigningKey | None]:
    unknown = SigningKey.from_seed(line.hosted.entropy(SEED_SIZE))
    return {**line.keys(), "unknown": unknown, "unsigned": None}


def _operations(line: Line) -> set[str]:
    """Return every operation of the running app, described or not."""
    app = line.hosted.network.app.app  # type: ignore[attr-defined]  # FastAPI, wrapped
    described = {
        f"{method.upper()} {BASE_PATH}{path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    return described | set(_routes(app.routes))


def _routes(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        for method in getattr(route, "methods", None) or ():
            if method != "HEAD" or "attachments" in route.path:
                yield f"{method} {route.path}"


async def test_every_endpoint_is_tried_here(lines: Lines) -> None:
    # A new endpoint fails this until it is in PROBES, or shown to be nobody's.
    tried = {probe.operation for probe in PROBES}
    assert _operations(lines[0]) == tried | PUBLIC
    assert not tried & PUBLIC


async def test_what_is_another_lines_does_not_exist(lines: Lines) -> None:
    one, two, absent = lines
    for mine, other in ((one, two), (two, one)):
        strangers = _strangers(mine)
        for probe in PROBES:
            for role, key in strangers.items():
                theirs = await probe.send(mine, key, other.names)
                nothing = await probe.send(mine, key, absent)
                assert theirs == nothing, (probe.operation, role)


async def test_the_same_requests_open_for_whose_they_are(lines: Lines) -> None:
    one, two, absent = lines
    for probe in PROBES:
        theirs = await probe.send(two, two.keys()[probe.opens_for], two.names)
        assert theirs.status in {200, 201, 204, 409}, probe.operation
        if probe.operation in DONE_ALREADY:
            continue
        if probe.target(two.names) != probe.target(absent):
            stranger = await probe.send(two, one.keys()[probe.opens_for], two.names)
            assert theirs != stranger, probe.operation


async def test_a_documents_hash_opens_it_under_its_own_line_only(lines: Lines) -> None:
    one, two, absent = lines
    for kind, name in (("documents", "document"), ("texts", "text")):

        def target(line: Names, of: Names, kind: str = kind, name: str = name) -> str:
            return _line(kind, encode_base64url(getattr(of, name)))(line)

        http = one.hosted.http
        assert (await ask(http, None, "GET", target(two.names, two.names))).status == 200
        crossed = await ask(http, None, "GET", target(one.names, two.names))
        assert crossed == await ask(http, None, "GET", target(one.names, absent))
        assert crossed.status == 404


async def _sees(line: Line) -> list[Answer]:
    """Return everything that anybody of a line can read."""
    http, entry = line.hosted.http, encode_base64url(line.names.entry)
    reads = {
        "reporter": ("/v1/report", "/v1/report/messages"),
        "handler": (_inbox(line.names), f"/v1/inbox/{entry}", f"/v1/inbox/{entry}/messages"),
        "colleague": (_inbox(line.names), _inbox(line.names) + "&state=received"),
        "line": (_line("export")(line.names), _line()(line.names)),
    }
    keys = line.keys()
    return [
        await ask(http, keys[role], "GET", target)
        for role, targets in reads.items()
        for target in targets
    ]


async def test_traffic_on_another_line_changes_nothing_that_anybody_sees(lines: Lines) -> None:
    one, two, _ = lines
    before = await _sees(one)
    await two.hosted.submit("Another report.")
    await two.visit.reply("More.", language="en")
    newcomer = two.hosted.new_keys()
    plan = two.hosted.plan(*(h.keys for h in two.hosted.handlers), newcomer)
    await two.hosted.owner().publish(plan)
    await two.hosted.handler(newcomer).publish_keys(lambda _: None)
    assert await _sees(one) == before


async def test_lists_show_only_ones_own_line(lines: Lines) -> None:
    one, two, _ = lines
    for line in (one, two):
        for handler in line.hosted.handlers[:2]:
            [entry] = (await handler.inbox()).entries
            assert entry.line_id == line.names.line
