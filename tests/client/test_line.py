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
from tests.client.world import World, json_answer


def always(model: Model) -> Callable[[httpx.Request, httpx.Response], httpx.Response]:
    """Answer every request with this."""
    return lambda _request, _response: json_answer(model.to_json())


async def served(world: World) -> ServedLine:
    return await LineApi(world.transport()).line(world.line_keys.line_id)


async def fetch(world: World, pin: Pin | None = None) -> VerifiedLine:
    return await fetch_line(world.transport(), world.line_keys.line_id, world.clock.today(), pin)


async def refused(world: World, pin: Pin | None = None) -> Reason:
    with pytest.raises(RefusedError) as error:
        await fetch(world, pin)
    return error.value.reason


async def publish(world: World, times: int = 1) -> None:
    for _ in range(times):
        await world.owner().publish(world.plan(*(h.keys for h in world.handlers)))


async def test_a_host_cannot_swap_the_line(world: World) -> None:
    await world.open_line()
    other = LineKeys.create(world.entropy)
    answer = await served(world)
    signature = other.signing.sign(DOCUMENT_LABEL, answer.document)
    world.wire.change = always(answer.model_copy(update={"first_key": other.first_key}))
    assert await refused(world) is Reason.FIRST_KEY
    world.wire.change = always(answer.model_copy(update={"signature": signature}))
    assert await refused(world) is Reason.SIGNATURE


async def test_an_older_document_or_another_of_the_same_number_is_refused(world: World) -> None:
    await world.open_line()
    first = await served(world)
    await publish(world)
    pin = (await fetch(world)).pin
    assert (await fetch(world, pin)).pin == pin
    world.wire.change = always(first)
    assert await refused(world, pin) is Reason.DOCUMENT_BELOW_PIN
    world.wire.change = None
    assert await refused(world, Pin(2, ids.Hash(bytes(32)))) is Reason.DOCUMENT_FORK


async def test_a_document_goes_out_of_date_by_stages(world: World) -> None:
    await world.open_line()
    found = []
    for days in (92, 1, 27, 1):
        world.clock.pass_days(days)
        found.append((await fetch(world)).freshness)
    assert found == [
        Freshness.CURRENT,
        Freshness.EXPIRED,
        Freshness.EXPIRED,
        Freshness.PAST_GRACE,
    ]


async def test_texts_and_documents_are_what_their_hashes_say(world: World) -> None:
    line = await world.open_line()
    await publish(world)
    newest = await fetch(world)
    assert await fetch_document(world.transport(), newest, line.document_hash) == line.document
    answer = await LineApi(world.transport()).document(
        world.line_keys.line_id, newest.document_hash
    )
    world.wire.change = always(TextAnswer(text=b"other"))
    with pytest.raises(RefusedError) as error:
        await fetch_text(world.transport(), line, line.document.form)
    assert error.value.reason is Reason.TEXT_HASH
    world.wire.change = always(answer)
    with pytest.raises(RefusedError) as error:
        await fetch_document(world.transport(), newest, line.document_hash)
    assert error.value.reason is Reason.DOCUMENT_UNKNOWN
    old = DocumentAnswer(document=line.document.to_json(), signature=bytes(64))
    world.wire.change = always(old)
    with pytest.raises(RefusedError) as error:
        await fetch_document(world.transport(), newest, line.document_hash)
    assert error.value.reason is Reason.SIGNATURE


async def test_the_current_document_is_not_asked_for_again(world: World) -> None:
    line = await world.open_line()
    world.wire.sent.clear()
    await fetch_document(world.transport(), line, line.document_hash)
    assert world.wire.sent == []


async def test_an_unknown_document_or_line_is_not_found(world: World) -> None:
    line = await world.open_line()
    with pytest.raises(ProblemError) as error:
        await fetch_document(world.transport(), line, ids.Hash(bytes(32)))
    assert error.value.kind is ProblemType.NOT_FOUND
    with pytest.raises(ProblemError) as error:
        await fetch_line(world.transport(), ids.LineId(bytes(20)), world.clock.today())
    assert error.value.kind is ProblemType.NOT_FOUND


async def test_a_history_holds_every_document_from_the_first(world: World) -> None:
    line = await world.open_line()
    history = await follow_history(world.transport(), line, LineHistory())
    assert history == LineHistory((line.document_hash,))
    await publish(world, 3)
    newest = await fetch(world, history.pin)
    world.wire.sent.clear()
    longer = await follow_history(world.transport(), newest, history)
    assert longer.documents[0] == line.document_hash
    assert longer.documents[-1] == newest.document_hash
    assert len(longer.documents) == 4
    assert len(world.wire.sent) == 3  # the newest is at hand
    assert longer.pin == newest.pin
    assert longer == await follow_history(world.transport(), newest, LineHistory())
    assert longer == await follow_history(world.transport(), newest, longer)


async def test_a_line_that_does_not_lead_back_to_what_was_known_is_refused(world: World) -> None:
    await world.open_line()
    await publish(world, 2)
    newest = await fetch(world)
    for known in (1, 2, 3):
        foreign = LineHistory(tuple(ids.Hash(bytes([n] * 32)) for n in range(known)))
        with pytest.raises(RefusedError) as error:
            await follow_history(world.transport(), newest, foreign)
        assert error.value.reason is Reason.DOCUMENT_FORK
    longer = LineHistory(tuple(ids.Hash(bytes([n] * 32)) for n in range(4)))
    with pytest.raises(RefusedError) as error:
        await follow_history(world.transport(), newest, longer)
    assert error.value.reason is Reason.DOCUMENT_BELOW_PIN


@pytest.mark.parametrize("known", [0, 1, 2])
async def test_a_line_on_which_somebody_comes_back_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    first = await world.open_line()
    for place in (lines, owner):  # a host that looks away, and an office that means it
        monkeypatch.setattr(place, "check_handlers_kept", lambda *_: None)
    plan = await world.owner().plan(first)
    left = await world.owner().publish(plan.without_handler(world.id_of(0), day=world.today()))
    back = await world.owner().publish(plan)
    history = LineHistory((first.document_hash, left.document_hash)[:known])
    with pytest.raises(RefusedError) as error:
        await follow_history(world.transport(), back, history)
    assert error.value.reason is Reason.DOCUMENT_PREVIOUS


async def test_only_keys_of_today_are_sealed_to(world: World) -> None:
    line = await world.open_line()
    first = line.box_keys[world.id_of(0)]
    world.clock.pass_days(60)
    await publish(world)
    second = (await fetch(world)).box_keys[world.id_of(0)]
    assert second.number == first.number + 1
    assert second.not_before == first.not_after + timedelta(days=1)
