"""Many lines, one host, nothing shared: what is another line's does not exist for anybody here."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.client import ProblemError
from meldpunt.client.api import EntryApi, LineApi, ReportApi
from meldpunt.client.composing import next_header, write_payload
from meldpunt.protocol.keys import SEED_SIZE, SigningKey
from meldpunt.protocol.message import Recipient, first_header, seal_message
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.header import Header, Tag
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.protocol.wrap import CONTENT_KEY_SIZE
from meldpunt.wire.lines import LinePut
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ReportPut, WrapsPut
from tests.client.two_lines import Answer, Line, Names, ask, make_lines

Lines = tuple[Line, Line, Names]


@dataclass(frozen=True)
class Probe:
    """A request that names something of a line."""

    operation: str
    """As the OpenAPI document writes it."""
    target: Callable[[Names], str]
    body: Callable[[Names], Model] | None
    opens_for: str
    """Whose key of that line gets another answer than a stranger's."""

    async def send(self, line: Line, key: SigningKey | None, names: Names) -> Answer:
        method, body = self.operation.split()[0], self.body(names).to_json() if self.body else b""
        return await ask(line.world.http, key, method, self.target(names), body)


def _line(*parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(("/v1/lines", encode_line_id(names.line), *parts))


def _entry(*parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(("/v1/inbox", encode_base64url(names.entry), *parts))


def _of_entry(message: Callable[[Names], bytes], *parts: str) -> Callable[[Names], str]:
    return lambda names: "/".join(
        (_entry("messages")(names), encode_base64url(message(names)), *parts)
    )


PROBES: Final = (
    Probe("GET /v1/lines/{lineId}/export", _line("export"), None, "line"),
    Probe("PUT /v1/lines/{lineId}/import", _line("import"), lambda n: n.put_import, "line"),
    Probe("DELETE /v1/lines/{lineId}/reports", _line("reports"), None, "line"),
    Probe("PUT /v1/lines/{lineId}", _line(), lambda n: n.put_line, "line"),
    Probe(
        "PUT /v1/lines/{lineId}/box-keys", _line("box-keys"), lambda n: n.put_box_keys, "handler"
    ),
    Probe("PUT /v1/report", lambda _: "/v1/report", lambda n: n.put_report, "reporter"),
    Probe("GET /v1/report", lambda _: "/v1/report", None, "reporter"),
    Probe("GET /v1/report/messages", lambda _: "/v1/report/messages", None, "reporter"),
    Probe(
        "PUT /v1/report/messages/{messageId}",
        lambda n: f"/v1/report/messages/{encode_base64url(n.reporters_message.message_id)}",
        lambda n: n.reporters_message,
        "reporter",
    ),
    Probe("GET /v1/inbox", lambda _: "/v1/inbox", None, "handler"),
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
        "GET /v1/openapi.json",
        "GET /v1/docs",
        "GET /v1/docs/{asset}",
    }
)
"""What an office publishes, and what says nothing of any line."""


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lines]:
    """Give two lines on one host, and the names of a line that is not there."""
    async with make_lines(tmp_path) as made:
        yield made


def _strangers(line: Line) -> dict[str, SigningKey | None]:
    unknown = SigningKey.from_seed(line.world.entropy(SEED_SIZE))
    return {**line.keys(), "unknown": unknown, "unsigned": None}


def _operations(line: Line) -> set[str]:
    """Return every operation of the running app, described or not."""
    app = line.world.wire.app.app  # type: ignore[attr-defined]
    described = {
        f"{method.upper()} {path}"
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
            if method != "HEAD":
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
        assert theirs.status in {200, 204, 409}, probe.operation
        if probe.target(two.names) != probe.target(absent):
            stranger = await probe.send(two, one.keys()[probe.opens_for], two.names)
            assert theirs != stranger, probe.operation


async def test_a_documents_hash_opens_it_under_its_own_line_only(lines: Lines) -> None:
    one, two, absent = lines
    for kind, name in (("documents", "document"), ("texts", "text")):

        def target(line: Names, of: Names, kind: str = kind, name: str = name) -> str:
            return _line(kind, encode_base64url(getattr(of, name)))(line)

        http = one.world.http
        assert (await ask(http, None, "GET", target(two.names, two.names))).status == 200
        crossed = await ask(http, None, "GET", target(one.names, two.names))
        assert crossed == await ask(http, None, "GET", target(one.names, absent))
        assert crossed.status == 404


async def _sees(line: Line) -> list[Answer]:
    """Return everything that anybody of a line can read."""
    http, entry = line.world.http, encode_base64url(line.names.entry)
    reads = {
        "reporter": ("/v1/report", "/v1/report/messages"),
        "handler": ("/v1/inbox", f"/v1/inbox/{entry}", f"/v1/inbox/{entry}/messages"),
        "colleague": ("/v1/inbox", "/v1/inbox?state=received"),
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
    await two.world.submit("Another report.")
    await two.visit.reply("More.", language="en")
    newcomer = two.world.new_keys()
    plan = two.world.plan(*(h.keys for h in two.world.handlers), newcomer)
    await two.world.owner().publish(plan)
    await two.world.handler(newcomer).publish_keys(lambda _: None)
    assert await _sees(one) == before


async def test_lists_show_only_ones_own_line(lines: Lines) -> None:
    one, two, _ = lines
    for line in (one, two):
        for handler in line.world.handlers[:2]:
            [entry] = (await handler.inbox()).entries
            assert entry.line_id == line.names.line


async def _reason(work: object) -> Reason | None:
    with pytest.raises(ProblemError) as refused:
        await work  # type: ignore[misc]
    assert refused.value.kind in {ProblemType.REFUSED, ProblemType.CONFLICT}
    return refused.value.reason


async def test_a_document_of_another_line_is_refused(lines: Lines) -> None:
    one, two, _ = lines
    keys, theirs = one.world.line_keys, two.names.put_line
    put = LinePut(
        first_key=keys.first_key,
        document=theirs.document,
        signature=keys.signing.sign(DOCUMENT_LABEL, theirs.document),
    )
    api = LineApi(one.world.transport())
    assert await _reason(api.put_line(keys.line_id, put, keys.signing)) is Reason.OTHER_LINE


async def test_a_handlers_key_belongs_to_one_line(lines: Lines) -> None:
    one, two, _ = lines
    shared = two.world.handlers[0].keys
    world = one.world
    entry = shared.entry(name="Both", role="adviser").model_copy(
        update={"line_id": world.line_keys.line_id}
    )
    plan = world.plan(*(h.keys for h in world.handlers))
    plan = plan.with_handlers(entry, day=world.clock.today())
    assert await _reason(world.owner().publish(plan)) is None  # a conflict: no rule names it


async def test_box_keys_of_another_line_are_refused(lines: Lines) -> None:
    one, two, _ = lines
    api, key = LineApi(one.world.transport()), one.keys()["handler"]
    put = two.names.put_box_keys
    reason = await _reason(api.put_box_keys(one.names.line, put, key))
    assert reason is Reason.BOX_KEY_OTHER_LINE


def _report(line: Line, **changes: object) -> Header:
    """Return the header of a new report of this line, or nearly."""
    keys = line.submission.keys
    header = first_header(
        line=line.names.line,
        report=keys.report_id,
        document=line.names.document,
        readers=line.submission.readers,
    )
    return header.model_copy(update=changes)


def _recipient(line: Line, number: int = 0) -> Recipient:
    statement = line.world.handlers[number].keys.published()[0]
    return Recipient(statement.key_id, statement.public_key)


def _sealed(line: Line, header: Header, *recipients: Recipient) -> SealedMessage:
    return seal_message(
        header,
        write_payload("A report.", language="en"),
        recipients=recipients,
        author=line.submission.keys.signing,
        content_key=line.world.entropy(CONTENT_KEY_SIZE),
    )


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_nothing_of_another_line_gets_into_a_report(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    put, key = one.names.put_report, one.keys()["reporter"]
    reader = two.world.handlers[0].keys.handler_id if theirs == "other" else b"x" * 16
    own, foreign = _recipient(one), _recipient(two)
    if theirs == "absent":
        foreign = Recipient(names.key, foreign.public_key)
    cases = (
        (_report(one, document=names.document), (own,), Reason.DOCUMENT_UNKNOWN),
        (_report(one, line_id=names.line), (own,), Reason.DOCUMENT_UNKNOWN),
        (_report(one, readers=(reader,)), (own,), Reason.READER_NOT_ALLOWED),
        (_report(one), (own, foreign), Reason.WRAP_READER),
    )
    for header, recipients, reason in cases:
        sealed = _sealed(one, header, *recipients)
        api = ReportApi(one.world.transport(), key)
        assert await _reason(api.put_report(ReportPut(keys=put.keys, message=sealed))) is reason


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_a_message_cannot_build_on_another_lines(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    header = next_header(one.visit.thread, tag=Tag.MESSAGE, readers=one.submission.readers)
    seen = tuple(sorted((*header.seen, names.message)))
    sealed = _sealed(one, header.model_copy(update={"seen": seen}), _recipient(one))
    api = ReportApi(one.world.transport(), one.keys()["reporter"])
    assert await _reason(api.put_message(sealed)) is Reason.UNKNOWN_SEEN


@pytest.mark.parametrize("theirs", ["other", "absent"])
async def test_wraps_for_another_lines_keys_are_refused(lines: Lines, theirs: str) -> None:
    one, two, absent = lines
    names = two.names if theirs == "other" else absent
    api = EntryApi(one.world.transport(), one.keys()["handler"], one.names.entry)
    wrap = one.names.put_wraps.wraps[0].model_copy(update={"key_id": names.key})
    reason = await _reason(api.put_wraps(one.names.message, WrapsPut(wraps=(wrap,))))
    assert reason is Reason.WRAP_READER


async def test_a_message_of_another_line_is_refused_in_ones_own_report(lines: Lines) -> None:
    one, two, _ = lines
    reporter = ReportApi(one.world.transport(), one.keys()["reporter"])
    assert await _reason(reporter.put_message(two.names.reporters_message)) is Reason.SIGNATURE
    handler = EntryApi(one.world.transport(), one.keys()["handler"], one.names.entry)
    assert await _reason(handler.put_message(two.names.handlers_message)) is Reason.SIGNATURE
