"""The host is blind: a report full of canary words goes through a real host, and leaves no trace.

Everything is done to it that a host is there for, and every failure that we know of is provoked
with more canaries in it. Then its files, its output and its answers are searched.
"""

import asyncio
import base64
import json
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from meldpunt.server import commands
from tests.support.canary import AGENT, WORDS, Listening, Visit
from tests.support.databases import DATABASES, SQLITE
from tests.support.postgres import PostgresServer
from tests.support.process import HostProcess, serving
from tests.support.traces import Evidence, Secret


@contextmanager
def canary_database(kind: str, folder: Path) -> Iterator[tuple[str, Callable[[str], None], Path]]:
    """Give a database that nobody else uses: its URL, a way to change it, and its files."""
    if kind == SQLITE:
        path = folder / "meldpunt.db"

        def change(statement: str) -> None:
            connection = sqlite3.connect(path, timeout=100)
            connection.execute(statement)
            connection.commit()
            connection.close()

        yield f"sqlite:///{path}", change, folder
        return
    server = PostgresServer.start(fast=False)
    # As talkative as an operator could make it: statements with their values, and every connection.
    for setting in (
        "log_statement = 'all'",
        "log_connections = on",
        "log_error_verbosity = verbose",
    ):
        server.execute(f"ALTER SYSTEM SET {setting}")
    server.execute("SELECT pg_reload_conf()")
    database = server.create()
    try:
        yield (
            server.url(database),
            lambda statement: server.execute(statement, database=database),
            server.folder,
        )
    finally:
        server.stop()


@pytest.mark.parametrize("database", DATABASES)
def test_no_trace_of_a_report_is_left(database: str, tmp_path: Path) -> None:
    evidence = Evidence()
    with (
        canary_database(database, tmp_path) as (url, change, files),
        serving(tmp_path, database_url=url) as host,
    ):
        began = host.output.stat().st_mtime - 1
        invite = commands.create_invite(host.settings)
        visit = asyncio.run(visited(host, evidence, change, invite))
        for folder in {files, tmp_path}:
            evidence.add_files(folder, "while it runs", since=began)
        commands.maintain(host.settings)
        assert host.stop(signal.SIGTERM) in {0, -signal.SIGTERM}
        for folder in {files, tmp_path}:
            evidence.add_files(folder, "at the end", since=began)
        secrets = list(visit.secrets())
        assert evidence.traces_of(secrets) == []
        the_search_sees(evidence, visit, secrets, change, files)


async def visited(
    host: HostProcess, evidence: Evidence, change: Callable[[str], None], invite: str
) -> Visit:
    """Do everything to a host, from one address and with one browser."""
    async with httpx.AsyncClient(
        transport=Listening(evidence),
        base_url=host.origin,
        headers={"user-agent": AGENT},
        timeout=100,
    ) as http:
        visit = Visit(host, evidence, http, invite)
        await visit.publish()
        await visit.converse()
        await visit.attach()
        await visit.stumble()
        await asyncio.to_thread(visit.be_rough)
        await visit.break_down(change)
    return visit


def the_search_sees(
    evidence: Evidence,
    visit: Visit,
    secrets: list[Secret],
    change: Callable[[str], None],
    files: Path,
) -> None:
    """Check that the search looked in the right places: what is public and planted is found."""
    keys = visit.talk.keys
    for public in (
        keys.signing.public_key,
        keys.box.public_key[:64],
        visit.talk.messages[0].header[:200],
        visit.talk.messages[0].body[-500:],
        b"internal failure: ",
    ):
        assert evidence.holds(public)
    planted = (Secret(WORDS[0], WORDS[0].encode(), is_text=True), secrets[-2])
    for position, secret in enumerate(planted):
        text = (b"x" * position + secret.value).hex()
        literal = f"x'{text}'" if files == visit.host.folder else f"'\\x{text}'"
        change(f"INSERT INTO texts VALUES ({literal}, {literal}, {literal})")  # noqa: S608 (our own values)
    after = Evidence()
    after.add_files(files, "with something planted", since=0)
    for secret in planted:
        assert after.traces_of([secret])


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize(
    "form", ["plain", "hex", "HEX", "base64", "base64url", "utf-16-le", "json"]
)
def test_a_trace_is_found_in_any_form(form: str, before: int) -> None:
    word = "kanarie~~zang??" if form.startswith("base64") else "kanariezang"
    whole = "x" * before + word + "yz"
    written = {
        "plain": whole.encode(),
        "hex": whole.encode().hex().encode(),
        "HEX": whole.encode().hex().upper().encode(),
        "base64": base64.b64encode(whole.encode()),
        "base64url": base64.urlsafe_b64encode(whole.encode()),
        "utf-16-le": whole.encode("utf-16-le"),
        "json": json.dumps({"a": whole.upper()}).encode(),
    }[form]
    evidence = Evidence()
    evidence.add("a file", b"\0\0before" + written + b"after\0")
    secret = Secret("a word", word.encode(), is_text=True)
    assert evidence.traces_of([secret]) == ["a word in a file"]
    assert evidence.traces_of([Secret("another", b"kanariezing", is_text=True)]) == []
