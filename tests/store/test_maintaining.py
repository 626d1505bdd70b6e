"""`meldpunt maintain` while the store of attachments is away: all else is done, and it is told."""

import asyncio
import logging
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from meldpunt.server import commands
from meldpunt.server.store import attachments
from meldpunt.server.store.attachments import AT_ONCE
from meldpunt.server.store.blobs import object_store
from meldpunt.server.usecases.upkeep import AttachmentsLeftError
from tests.store.test_blobs import new_name
from tests.support import upkeep
from tests.support.hosts import TestHost, new_host
from tests.support.postgres import run_in_thread
from tests.support.process import ADDRESS

AWAY: dict[str, Any] = {
    "attachments": "s3://bucket/prefix",
    "s3_key_id": SecretStr("x"),
    "s3_secret": SecretStr("y"),
}


async def due(host: TestHost) -> None:
    """Leave a report whose term is over, and a piece that is to leave the store."""
    talk = await host.report()
    host.time.pass_days(1)
    sealed = talk.by_reporter()
    assert (await talk.reporter_puts(sealed)).status_code == 201
    name = new_name()
    await host.host.store.write(lambda tx: attachments.insert_piece(tx, name, erase_on=AT_ONCE))


async def left(host: TestHost) -> tuple[int, int]:
    rows = await host.rows()
    return len(rows["reports"]), len(rows["pieces"])


async def maintain(host: TestHost) -> int:
    settings = host.host.settings
    return await asyncio.to_thread(run_in_thread, lambda: commands.maintain(settings))


async def test_an_object_store_that_is_down_is_told_when_all_else_is_done(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "_PATIENCE", timedelta(seconds=0.2))
    where = {**AWAY, "s3_endpoint": f"http://{ADDRESS}:9"}
    async with new_host(database, **where) as host:
        await due(host)
        assert await left(host) == (1, 1)
        with pytest.raises(AttachmentsLeftError, match="does not answer"):
            await maintain(host)
        assert AttachmentsLeftError in commands.KNOWN_ERRORS
        assert (await left(host))[1] == 1


async def test_a_folder_that_is_gone_is_told_too(database: str) -> None:
    async with new_host(database) as host:
        await due(host)
        shutil.rmtree(Path(host.host.settings.attachments or ""))
        with pytest.raises(AttachmentsLeftError):
            await maintain(host)


async def test_tables_are_rewritten_although_the_store_is_away(
    sqlite_host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(sqlite_host)
    shutil.rmtree(Path(sqlite_host.host.settings.attachments or ""))
    tidied: list[bool] = []

    async def tidy(*, if_small: bool = False) -> None:
        tidied.append(if_small)

    monkeypatch.setattr(type(sqlite_host.host.store), "tidy", staticmethod(tidy))
    with pytest.raises(AttachmentsLeftError):
        await upkeep.maintain(sqlite_host.host)
    assert tidied == [False]


async def test_a_host_that_serves_goes_on_and_logs_it(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    await due(sqlite_host)
    shutil.rmtree(Path(sqlite_host.host.settings.attachments or ""))
    await upkeep.erase_due(sqlite_host.host)
    assert any(r.levelno == logging.ERROR for r in log.records if r.name == "meldpunt")
