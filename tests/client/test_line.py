"""A line is verified from its id up, whatever the host serves."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from meldpunt.client import (
    LineHistory,
    LineKeys,
    ProblemError,
    fetch_document,
    fetch_line,
    fetch_text,
    follow_history,
    owner,
)
from meldpunt.client.http.api import LineApi
from meldpunt.protocol.line import Freshness, Pin, VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.line_document import DOCUMENT_LABEL
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.server.usecases import lines
from meldpunt.wire.lines import DocumentAnswer, TextAnswer
from meldpunt.wire.problems import ProblemType
from tests.client.hosted_line import HostedLine, json_answer


def always(model: Model) -> Callable[[httpx.Request, httpx.Response], httpx.Response]:
    """Answer every request with this."""
    return lambda _request, _response: json_answer(model.to_json())


async def served(hosted: HostedLine) -> ServedLine:
    return await LineApi(hosted.transport()).line(hosted.line_keys.line_id)


async def fetch(hosted: HostedLine, pin: Pin | None = None) -> VerifiedLine:
    return await fetch_line(hosted.transport(), hosted.line_keys.line_id, hosted.clock.today(), pin)


async def refused(hosted: HostedLine, pin: Pin | None = None) -> Reason:
    with pytest.raises(RefusedError) as error:
        await fetch(hosted, pin)
    return error.value.reason


async def publish(hosted: HostedLine, times: int = 1) -> None:
    for _ in range(times):
        await hosted.owner().publish(hosted.plan(*(h.keys for h in hosted.handlers)))


async def test_a_host_cannot_swap_the_line(hosted: HostedLine) -> None:
    await hosted.open_line()
    other = LineKeys.create(hosted.entropy)
    answer = await served(hosted)
    signature = other.signing.sign(DOCUMENT_LABEL, answer.document)
    hosted.network.change = always(answer.model_copy(update={"first_key": other.first_key}))
    assert await refused(hosted) is Reason.FIRST_KEY
    hosted.network.change = always(answer.model_copy(update={"signature": signature}))
    assert await refused(hosted) is Reason.SIGNATURE


async def test_an_older_document_or_another_of_the_same_number_is_refused(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    first = await served(hosted)
    await publish(hosted)
    pin = (await fetch(hosted)).pin
    assert (await fetch(hosted, pin)).pin == pin
    hosted.network.change = always(first)
    assert await refused(hosted, pin) is Reason.DOCUMENT_BELOW_PIN
    hosted.network.change = None
    assert await refused(hosted, Pin(2, ids.Hash(bytes(32)))) is Reason.DOCUMENT_FORK


async def test_the_newest_document_leads_back_to_the_pinned_one(hosted: HostedLine) -> None:
    """A host with a stolen line key could show a line that never had the pinned document."""
    await hosted.open_line()
    first = (await fetch(hosted)).pin
    await publish(hosted, 3)
    line = await fetch(hosted, first)
    assert line.document.number == 4
    asked = [path for path in hosted.network.paths() if "/documents/" in path]
    assert len(asked) == 2, "numbers 3 and 2; number 1 is known by its hash"
    assert await refused(hosted, Pin(1, ids.Hash(bytes(32)))) is Reason.DOCUMENT_FORK
    assert await refused(hosted, Pin(2, first.document)) is Reason.DOCUMENT_FORK


async def test_a_document_goes_out_of_date_by_stages(hosted: HostedLine) -> None:
    await hosted.open_line()
    found = []
    for days in (92, 1, 27, 1):
        hosted.clock.pass_days(days)
        found.append((await fetch(hosted)).freshness)
    assert found == [
        Freshness.CURRENT,
        Freshness.EXPIRED,
        Freshness.EXPIRED,
        Freshness.PAST_GRACE,
    ]


async def test_texts_and_documents_are_what_their_hashes_say(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    await publish(hosted)
    newest = await fetch(hosted)
    assert await fetch_document(hosted.transport(), newest, line.document_hash) == line.document
    answer = await LineApi(hosted.transport()).document(
        hosted.line_keys.line_id, newest.document_hash
    )
    hosted.network.change = always(TextAnswer(text=b"other"))
    with pytest.raises(RefusedError) as error:
        await fetch_text(hosted.transport(), line, line.document.form)
    assert error.value.reason is Reason.TEXT_HASH
    hosted.network.change = always(answer)
    with pytest.raises(RefusedError) as error:
        await fetch_document(hosted.transport(), newest, line.document_hash)
    assert error.value.reason is Reason.DOCUMENT_UNKNOWN
    old = DocumentAnswer(document=line.document.to_json(), signature=bytes(64))
    hosted.network.change = always(old)
    with pytest.raises(RefusedError) as error:
        await fetch_document(hosted.transport(), newest, line.document_hash)
    assert error.value.reason is Reason.SIGNATURE


async def test_the_current_document_is_not_asked_for_again(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    hosted.network.sent.clear()
    await fetch_document(hosted.transport(), line, line.document_hash)
    assert hosted.network.sent == []


async def test_an_unknown_document_or_line_is_not_found(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    with pytest.raises(ProblemError) as error:
        await fetch_document(hosted.transport(), line, ids.Hash(bytes(32)))
    assert error.value.kind is ProblemType.NOT_FOUND
    with pytest.raises(ProblemError) as error:
        await fetch_line(hosted.transport(), ids.LineId(bytes(20)), hosted.clock.today())
    assert error.value.kind is ProblemType.NOT_FOUND


async def test_a_history_holds_every_document_from_the_first(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    history = await follow_history(hosted.transport(), line, LineHistory())
    assert history == LineHistory((line.document_hash,))
    await publish(hosted, 3)
    newest = await fetch(hosted, history.pin)
    hosted.network.sent.clear()
    longer = await follow_history(hosted.transport(), newest, history)
    assert longer.documents[0] == line.document_hash
    assert longer.documents[-1] == newest.document_hash
    assert len(longer.documents) == 4
    assert len(hosted.network.sent) == 3  # the newest is at hand
    assert longer.pin == newest.pin
    assert longer == await follow_history(hosted.transport(), newest, LineHistory())
    assert longer == await follow_history(hosted.transport(), newest, longer)


async def test_a_line_that_does_not_lead_back_to_what_was_known_is_refused(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    await publish(hosted, 2)
    newest = await fetch(hosted)
    for known in (1, 2, 3):
        foreign = LineHistory(tuple(ids.Hash(bytes([n] * 32)) for n in range(known)))
        with pytest.raises(RefusedError) as error:
            await follow_history(hosted.transport(), newest, foreign)
        assert error.value.reason is Reason.DOCUMENT_FORK
    longer = LineHistory(tuple(ids.Hash(bytes([n] * 32)) for n in range(4)))
    with pytest.raises(RefusedError) as error:
        await follow_history(hosted.transport(), newest, longer)
    assert error.value.reason is Reason.DOCUMENT_BELOW_PIN


@pytest.mark.parametrize("known", [0, 1, 2])
async def test_a_line_on_which_somebody_comes_back_is_refused(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    first = await hosted.open_line()
    for place in (lines, owner):  # a host that looks away, and an office that means it
        monkeypatch.setattr(place, "check_handlers_kept", lambda *_: None)
    plan = await hosted.owner().plan(first)
    left = await hosted.owner().publish(plan.without_handler(hosted.id_of(0), day=hosted.today()))
    back = await hosted.owner().publish(plan)
    history = LineHistory((first.document_hash, left.document_hash)[:known])
    with pytest.raises(RefusedError) as error:
        await follow_history(hosted.transport(), back, history)
    assert error.value.reason is Reason.DOCUMENT_PREVIOUS


async def test_only_keys_of_today_are_sealed_to(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    first = line.box_keys[hosted.id_of(0)]
    hosted.clock.pass_days(60)
    await publish(hosted)
    second = (await fetch(hosted)).box_keys[hosted.id_of(0)]
    assert second.number == first.number + 1
    assert second.not_before == first.not_after + timedelta(days=1)
