"""What one request can cost, and what an erasure leaves."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.usecases.reports import messages
from meldpunt.wire.lines import LinePut
from tests.support.answers import refused
from tests.support.hosts import TestHost
from tests.support.office import TEXTS


def _log_size(host: TestHost) -> int:
    url = make_url(host.host.settings.database_url.get_secret_value())
    return Path(f"{url.database}-wal").stat().st_size


def test_tiny_values_without_end_are_not_read() -> None:
    with pytest.raises(RefusedError) as found:
        strict_json.parse(b'{"a":[' + b"1," * 65537 + b"1]}", max_size=1 << 20)
    assert found.value.reason is Reason.JSON_SIZE


def test_a_list_is_judged_by_its_first_fault() -> None:
    with pytest.raises(ValidationError) as found:
        LinePut.model_validate({"rotations": [{}] * 100})
    places = [error["loc"] for error in found.value.errors()]
    assert {place[1] for place in places if place[0] == "rotations"} == {0}


async def test_an_author_has_so_many_messages(
    host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MAX_MESSAGES", 2)
    talk = await host.report()
    await talk.reporter_says(Tag.MESSAGE)
    refused(await talk.reporter_puts(talk.by_reporter(Tag.MESSAGE)), Reason.TOO_LONG)


async def test_a_text_that_no_document_names_is_not_kept(host: TestHost) -> None:
    before = (await host.rows())["texts"]
    following = host.office.next()
    put = following.put(texts=(*TEXTS, b"stray"))
    answer = await host.caller(host.office.line_key).put(following.path, put)
    assert answer.status_code == 200
    assert (await host.rows())["texts"] == before


async def test_an_erasure_leaves_no_day_but_its_own_and_empties_the_log(
    file_host: TestHost,
) -> None:
    talk = await file_host.report()
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await talk.reporter_puts(talk.by_reporter(Tag.WITHDRAWAL, immediate=True))
    assert _log_size(file_host) == 0
    status = (await talk.reporter.get("/v1/report")).json()
    assert status["erased"]
    assert all("metOn" not in clock for clock in status["clocks"])
