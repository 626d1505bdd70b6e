"""Checking a served page: each way in which a server can differ has a name."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

from meldpunt.cli.render.audit import page_lines
from meldpunt.client import (
    Check,
    Finding,
    Level,
    LineAddress,
    PageFiles,
    WrongField,
    audit_page,
)
from meldpunt.client.http.errors import AddressError, UnreachableError
from meldpunt.client.http.page_files import LARGEST, page_folder
from meldpunt.page import INDEX, LINE, MANIFEST, SINGLE, read_build
from meldpunt.page.folder import write_page
from tests.client.hosted_line import ORIGIN, HostedLine

TYPES: Final = {"html": "text/html", "js": "text/javascript", "css": "text/css"}
SCRIPT: Final = min(name for name in read_build().files if name.endswith(".js"))


@dataclass
class Server:
    """A web server for a page, which a test makes answer otherwise."""

    folder: Path
    url: str = ""
    fields: dict[str, str | None] = field(default_factory=dict)
    """Fields that differ; None leaves one out."""
    bodies: dict[str, bytes] = field(default_factory=dict)
    """By path, what is answered instead."""
    redirected: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)


def _handler(server: Server) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append({name.lower(): value for name, value in self.headers.items()})
            name = self.path.removeprefix("/page/")
            if name in server.redirected:
                self.send_response(302)
                self.send_header("location", "/elsewhere")
                self.end_headers()
                return
            path = server.folder / (name or INDEX)
            body = server.bodies.get(name, path.read_bytes())
            self.send_response(200)
            fields: dict[str, str | None] = {
                "content-type": TYPES.get(path.suffix[1:], "application/json"),
                "content-length": str(len(body)),
                "content-security-policy": read_build().manifest.policy,
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
                "cache-control": "no-store",
            }
            for field_name, value in (fields | server.fields).items():
                if value is not None:
                    self.send_header(field_name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    return Handler


@pytest.fixture
async def hosted_open(hosted: HostedLine) -> HostedLine:
    await hosted.open_line(2)
    return hosted


@pytest.fixture
def server(tmp_path: Path, hosted_open: HostedLine) -> Iterator[Server]:
    write_page(tmp_path, str(LineAddress(ORIGIN, hosted_open.line_keys.line_id)))
    made = Server(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(made)) as running:
        made.url = f"http://127.0.0.1:{running.server_port}/page/"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield made
        running.shutdown()


async def audited(hosted: HostedLine, server: Server) -> list[Finding]:
    owner = hosted.owner()
    line = await owner.line()
    assert line is not None
    address = LineAddress(ORIGIN, hosted.line_keys.line_id)
    async with PageFiles(page_folder(server.url)) as page:
        return await audit_page(page, hosted.transport(), address, line)


def alarms(found: list[Finding]) -> set[tuple[Check, str | None]]:
    return {(each.check, each.file) for each in found if each.level is Level.ALARM}


async def test_a_page_as_it_was_written_raises_no_alarm(
    hosted_open: HostedLine, server: Server
) -> None:
    found = await audited(hosted_open, server)
    assert alarms(found) == set()
    notes = {each.check for each in found if each.level is Level.NOTE}
    assert notes == {Check.PAGE_SIGNED}  # this office lists no build
    assert all("Gecko" in asked["user-agent"] for asked in server.asked)
    assert not any({"cookie", "referer", "authorization"} & asked.keys() for asked in server.asked)


async def test_an_altered_file_is_named(hosted_open: HostedLine, server: Server) -> None:
    script = (server.folder / SCRIPT).read_bytes()
    server.bodies[SCRIPT] = script + b"fetch('https://evil.example')"
    assert alarms(await audited(hosted_open, server)) == {(Check.PAGE_FILE, SCRIPT)}


async def test_another_page_at_the_folder_itself_is_named(
    hosted_open: HostedLine, server: Server
) -> None:
    """People open the folder; only who looks for the file would get the real one."""
    server.bodies[""] = b"<script src=evil.js></script>"
    assert alarms(await audited(hosted_open, server)) == {(Check.PAGE_FILE, "/")}


async def test_a_weaker_policy_is_named_for_every_file(
    hosted_open: HostedLine, server: Server
) -> None:
    names = {"/", *(file.path for file in read_build().manifest.files)}
    expected = {(Check.PAGE_POLICY, name) for name in names}
    own = read_build().manifest.policy
    for policy in (None, "default-src *", f"{own} 'unsafe-inline'", own.replace("'self'", "*")):
        server.fields["content-security-policy"] = policy
        assert alarms(await audited(hosted_open, server)) == expected


async def test_a_field_that_a_page_must_not_have_is_named(
    hosted_open: HostedLine, server: Server
) -> None:
    for name, value, expected in (
        ("refresh", "0; url=https://evil.example", None),
        ("set-cookie", "who=you", None),
        ("link", "<https://evil.example/x.js>; rel=preload", None),
        ("report-to", "{}", None),
        ("referrer-policy", "unsafe-url", "no-referrer"),
        ("x-content-type-options", None, "nosniff"),
        ("content-type", "text/plain", "text/html"),
    ):
        server.fields = {name: value}
        audit = await audited(hosted_open, server)
        assert {check for check, _ in alarms(audit)} == {Check.PAGE_HEADER}, name
        [start] = [each for each in audit if each.file == "/"]
        assert start.fields == (WrongField(name, expected),)
        assert f"send {name}" in "".join(page_lines([start]))


async def test_every_wrong_field_of_a_file_is_named(
    hosted_open: HostedLine, server: Server
) -> None:
    server.fields = {"set-cookie": "who=you", "referrer-policy": None, "link": "</x>; rel=preload"}
    audit = await audited(hosted_open, server)
    told = next(line for line in page_lines(audit) if " / does not come" in line)
    assert told.endswith(
        ": it must send referrer-policy: no-referrer; it must not send link;"
        " it must not send set-cookie."
    )


async def test_a_line_file_for_something_else_is_named(
    hosted_open: HostedLine, server: Server
) -> None:
    own = str(LineAddress(ORIGIN, hosted_open.line_keys.line_id))
    elsewhere = own.replace(ORIGIN, "https://evil.example")
    for address in (f"{ORIGIN}/v1/lines/{'a' * 32}", elsewhere, f"{own}#99-0-{'A' * 43}", ""):
        server.bodies[LINE] = json.dumps({"address": address}).encode()
        assert alarms(await audited(hosted_open, server)) == {(Check.PAGE_LINE, LINE)}, address
    for data in (b'["no line"', b"[]", b'{"address":"%s","more":1}' % own.encode()):
        server.bodies[LINE] = data
        assert alarms(await audited(hosted_open, server)) == {(Check.PAGE_LINE, LINE)}


async def test_a_line_file_that_browsers_keep_is_told(
    hosted_open: HostedLine, server: Server
) -> None:
    server.fields["cache-control"] = "max-age=600"
    found = await audited(hosted_open, server)
    assert (Level.NOTE, Check.PAGE_LINE) in {(each.level, each.check) for each in found}


async def test_a_manifest_of_its_own_helps_no_server(
    hosted_open: HostedLine, server: Server
) -> None:
    """Else a server could change a file and list the change."""
    script = (server.folder / SCRIPT).read_bytes() + b"evil()"
    manifest = json.loads((server.folder / MANIFEST).read_bytes())
    manifest["policy"] = "default-src *"
    server.bodies |= {SCRIPT: script, MANIFEST: json.dumps(manifest).encode()}
    expected = {(Check.PAGE_RELEASE, MANIFEST), (Check.PAGE_FILE, SCRIPT)}
    assert alarms(await audited(hosted_open, server)) == expected


async def test_a_redirect_and_endless_bytes_are_no_file(
    hosted_open: HostedLine, server: Server
) -> None:
    server.redirected.add(INDEX)
    server.bodies[SINGLE] = bytes(LARGEST + 1)
    found = alarms(await audited(hosted_open, server))
    assert {(Check.PAGE_FILE, INDEX), (Check.PAGE_FILE, SINGLE)} <= found


async def test_a_build_that_the_office_signed_is_told_and_another_is_an_alarm(
    hosted_open: HostedLine, server: Server
) -> None:
    owner = hosted_open.owner()
    line = await owner.line()
    assert line is not None
    plan = await owner.plan(line)
    assert plan.texts is not None
    manifest = read_build().files[MANIFEST]
    await owner.publish(replace(plan, texts=replace(plan.texts, pages=(manifest,))))
    found = await audited(hosted_open, server)
    assert alarms(found) == set()
    assert (Level.FINE, Check.PAGE_SIGNED) in {(each.level, each.check) for each in found}
    other = manifest.replace(b'"release":"', b'"release":"not-')
    await owner.publish(replace(plan, texts=replace(plan.texts, pages=(other,))))
    assert alarms(await audited(hosted_open, server)) == {(Check.PAGE_SIGNED, None)}


async def test_a_server_that_is_away_is_no_finding(hosted_open: HostedLine) -> None:
    with pytest.raises(UnreachableError):
        await audited(hosted_open, Server(Path(), url="http://127.0.0.1:9/"))


def test_the_url_of_a_page_is_that_of_its_folder() -> None:
    assert page_folder("https://meldpunt.example") == "https://meldpunt.example/"
    assert page_folder("https://a.example/p/index.html") == "https://a.example/p/"
    for wrong in ("http://a.example/", "https://a.example/?x", "https://u@a.example/", "a.example"):
        with pytest.raises(AddressError):
            page_folder(wrong)


def test_an_earlier_release_goes_and_other_files_stay(tmp_path: Path) -> None:
    write_page(tmp_path, "one")
    manifest = json.loads((tmp_path / MANIFEST).read_bytes())
    manifest["files"].append({"path": "part-OLD.js", "hash": "A" * 43, "size": 0})
    manifest["files"].sort(key=lambda file: file["path"])
    (tmp_path / MANIFEST).write_bytes(json.dumps(manifest, separators=(",", ":")).encode())
    (tmp_path / "part-OLD.js").touch()
    (tmp_path / "privacy.html").touch()
    write_page(tmp_path, "two")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*read_build().files, LINE, "privacy.html"}
    assert json.loads((tmp_path / LINE).read_bytes()) == {"address": "two"}
    assert {oct(path.stat().st_mode)[-3:] for path in tmp_path.glob("*.js")} == {"644"}
