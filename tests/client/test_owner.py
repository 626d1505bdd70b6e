"""An office publishes its line."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from meldpunt.client import (
    PRESETS,
    LineKeys,
    LineOwner,
    ProblemError,
    Texts,
    UnreachableError,
    fetch_line,
    fetch_text,
)
from meldpunt.client.line_folder.plan import plan_of_folder
from meldpunt.protocol.texts.check import LineTexts, check_texts
from meldpunt.protocol.texts.form import read_form
from meldpunt.protocol.texts.guide import read_guide
from meldpunt.protocol.texts.procedure import read_procedure
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clock import CheckIn, MetBy, Moment
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.lines import HostInfo
from meldpunt.wire.problems import ProblemType
from openapi.generator import text_scene
from tests.client.hosted_line import FIRST_DAY, INVITE, HostedLine, json_answer
from tests.presets.contents import LANGUAGES, NAMES, filled_in


async def test_the_first_document_needs_an_invite_and_later_ones_do_not(hosted: HostedLine) -> None:
    plan = hosted.plan(hosted.new_keys())
    owner = hosted.owner()
    with pytest.raises(ProblemError) as refused:
        await owner.publish(plan)
    assert refused.value.kind is ProblemType.INVITE_INVALID
    first = await owner.publish(plan, invite=INVITE)
    second = await owner.publish(plan)
    assert (first.document.number, second.document.number) == (1, 2)
    assert second.document.previous == first.document_hash
    assert owner.pin == second.pin


async def test_an_invite_opens_one_line_only(hosted: HostedLine) -> None:
    await hosted.owner().publish(hosted.plan(hosted.new_keys()), invite=INVITE)
    hosted.line_keys = LineKeys.create(hosted.entropy)
    with pytest.raises(ProblemError) as refused:
        await hosted.owner().publish(hosted.plan(hosted.new_keys()), invite=INVITE)
    assert refused.value.kind is ProblemType.INVITE_INVALID


async def test_a_lost_answer_publishes_one_document(hosted: HostedLine) -> None:
    hosted.network.lose_answers = 2
    published = await hosted.owner().publish(hosted.plan(hosted.new_keys()), invite=INVITE)
    assert published.document.number == 1
    puts = [
        b
        for r, b in zip(hosted.network.sent, hosted.network.bodies, strict=True)
        if r.method == "PUT"
    ]
    assert len(set(puts)) == 1


async def test_a_document_says_what_the_plan_says(hosted: HostedLine) -> None:
    keys = [hosted.new_keys(), hosted.new_keys()]
    line = await hosted.owner().publish(hosted.plan(*keys), invite=INVITE)
    document = line.document
    assert document.expires_on - document.signed_on == timedelta(days=90)
    assert [h.id for h in document.handlers] == [k.handler_id for k in keys]
    assert {h.from_ for h in document.handlers} == {FIRST_DAY}
    assert document.origins == ("https://report.example",)
    for text_hash in document.text_hashes():
        assert ids.text_hash(await fetch_text(hosted.transport(), line, text_hash)) == text_hash


async def test_own_texts_are_published_once_each(hosted: HostedLine) -> None:
    plan = hosted.plan(hosted.new_keys())
    texts = replace(plan.chosen_texts(), further=(b"code of conduct", b"code of conduct"))
    plan = replace(plan, texts=texts)
    line = await hosted.owner().publish(plan, invite=INVITE)
    found = [await fetch_text(hosted.transport(), line, h) for h in line.document.texts]
    assert found == [b"code of conduct"] * 2


async def test_renewing_keeps_theme_pages_and_check_ins(hosted: HostedLine) -> None:
    theme, page = (
        text_scene.written(each).encode() for each in (text_scene.THEME, text_scene.PAGE)
    )
    plan = hosted.plan(hosted.new_keys())
    check_ins = (CheckIn(starts_at=Moment.CLOSED, term=Term(2, "W")),)
    texts = replace(plan.chosen_texts(), theme=theme, pages=(page,))
    plan = replace(plan, texts=texts, check_ins=check_ins)
    first = await hosted.owner().publish(plan, invite=INVITE)
    again = await hosted.owner().renew(force=True)
    for document in (first.document, again.document):
        assert document.theme == ids.text_hash(theme)
        assert document.pages == (ids.text_hash(page),)
        assert document.check_ins == check_ins
    assert again.document.number == 2


async def test_a_line_publishes_again_what_it_has_published_in_whatever_form(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = hosted.plan(hosted.new_keys())
    old = replace(plan.chosen_texts(), form=b'{"version":1,"questions":[{"name":"text"}]}')
    with monkeypatch.context() as patch:  # as a release before these forms did
        patch.setattr(Texts, "check", lambda *_: None)
        await hosted.owner().publish(replace(plan, texts=old), invite=INVITE)
    owner = hosted.owner()
    again = await owner.renew(force=True)
    assert again.document.number == 2
    kept: list[LineKeys | None] = []
    await owner.rotate(lambda _, successor: kept.append(successor))
    assert kept
    with pytest.raises(RefusedError):
        await hosted.owner().publish(replace(plan, texts=replace(old, guide=b'{"version":1}')))


async def test_own_texts_say_everything_in_every_language_of_the_line(hosted: HostedLine) -> None:
    plan = hosted.plan(hosted.new_keys())
    dutch = Texts.plain(("nl",), plan.preset.clocks)
    assert set(plan.languages) > {"nl"}
    with pytest.raises(RefusedError) as refused:
        await hosted.owner().publish(replace(plan, texts=dutch), invite=INVITE)
    assert refused.value.reason is Reason.TEXT_LANGUAGE


async def test_a_theme_that_hides_words_is_not_published(hosted: HostedLine) -> None:
    white = text_scene.COLOURS | {"text": "#ffffff"}
    theme = text_scene.written(text_scene.THEME | {"light": white}).encode()
    plan = hosted.plan(hosted.new_keys())
    plan = replace(plan, texts=replace(plan.chosen_texts(), theme=theme))
    with pytest.raises(RefusedError) as refused:
        await hosted.owner().publish(plan, invite=INVITE)
    assert refused.value.reason is Reason.TEXT_CONTRAST


async def test_a_handler_can_leave_and_stays_listed(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    plan = hosted.plan(*(h.keys for h in hosted.handlers)).without_handler(
        hosted.id_of(0), day=FIRST_DAY
    )
    line = await hosted.owner().publish(plan)
    gone = line.document.handler(hosted.id_of(0))
    assert gone is not None
    assert gone.until == FIRST_DAY
    assert hosted.id_of(0) not in line.box_keys


@pytest.mark.parametrize(
    "change",
    [
        {"from_": FIRST_DAY - timedelta(days=1)},
        {"until": None},
        {"until": FIRST_DAY.replace(day=9)},
    ],
)
async def test_one_who_left_stays_as_they_were(
    hosted: HostedLine, change: dict[str, object]
) -> None:
    line = await hosted.open_line()
    left = (await hosted.owner().plan(line)).without_handler(hosted.id_of(0), day=FIRST_DAY)
    await hosted.owner().publish(left)
    hosted.clock.pass_days(1)
    first, *others = left.handlers
    back = replace(left, handlers=(first.model_copy(update=change), *others))
    with pytest.raises(RefusedError) as refused:
        await hosted.owner().publish(back)
    assert refused.value.reason is Reason.DOCUMENT_PREVIOUS


def test_a_handler_is_listed_once_however_often_added(hosted: HostedLine) -> None:
    keys = hosted.new_keys()
    plan = hosted.plan(keys)
    entry = keys.entry(name="Another name", role="another")
    assert plan.with_handlers(entry, day=FIRST_DAY) == plan


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"validity": timedelta(days=91)}, Reason.DOCUMENT_DATES),
        ({"languages": ()}, Reason.FIELDS),
        ({"languages": ("Dutch!",)}, Reason.FIELDS),
        ({"handlers": ()}, Reason.FIELDS),
        ({"reader_count": 0}, Reason.FIELDS),
        ({"names": {"en": ""}}, Reason.FIELDS),
    ],
)
async def test_a_plan_out_of_bounds_is_refused_before_it_is_sent(
    hosted: HostedLine, change: dict[str, Any], reason: Reason
) -> None:
    plan = replace(hosted.plan(hosted.new_keys()), **change)
    with pytest.raises(RefusedError) as refused:
        await hosted.owner().publish(plan, invite=INVITE)
    assert refused.value.reason is reason
    assert "PUT" not in {request.method for request in hosted.network.sent}


async def test_an_owner_who_has_published_does_not_start_over(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    elsewhere = LineOwner(
        hosted.transport(), hosted.line_keys, pin=line.pin, today=hosted.clock.today
    )
    hosted.network.change = None
    other = LineKeys.create(hosted.entropy)
    lost = LineOwner(hosted.transport(), other, pin=line.pin, today=hosted.clock.today)
    with pytest.raises(ProblemError) as refused:
        await lost.publish(hosted.plan(hosted.new_keys()), invite=INVITE)
    assert refused.value.kind is ProblemType.NOT_FOUND
    again = hosted.plan(*(handler.keys for handler in hosted.handlers))
    assert (await elsewhere.publish(again)).document.number == 2


async def test_a_host_that_does_not_answer_leaves_the_pin_alone(hosted: HostedLine) -> None:
    await hosted.open_line()
    owner = hosted.owner()
    await owner.line()
    pin = owner.pin
    hosted.network.lose_answers = 99
    with pytest.raises(UnreachableError):
        await owner.publish(hosted.plan(hosted.handlers[0].keys))
    assert owner.pin == pin


@pytest.mark.parametrize("preset", NAMES)
async def test_every_preset_makes_a_line(hosted: HostedLine, preset: str) -> None:
    listed = hosted.plan(hosted.new_keys(), hosted.new_keys(), hosted.new_keys()).handlers
    plan = plan_of_folder(filled_in(preset, "je"), listed)
    line = await hosted.owner().publish(plan, invite=INVITE)
    assert line.document.languages == LANGUAGES
    assert line == await fetch_line(
        hosted.transport(), hosted.line_keys.line_id, hosted.clock.today(), line.pin
    )


def test_feedback_counts_from_day_seven_where_nobody_acknowledged() -> None:
    acknowledgement, feedback = PRESETS["wbk-internal"].clocks
    assert (acknowledgement.met_by, str(acknowledgement.term)) == (MetBy.ACKNOWLEDGEMENT, "P7D")
    assert (feedback.met_by, str(feedback.term)) == (MetBy.FEEDBACK, "P3M")
    assert feedback.starts_no_later_than == Term(7, "D")
    assert PRESETS["wbk-internal"].retention == Term(2, "M")


def test_plain_texts_come_in_the_lines_languages_or_english() -> None:
    clocks = PRESETS["wbk-internal"].clocks
    assert b'"nl"' in Texts.plain(("nl",), clocks).guide
    assert b'"en"' not in Texts.plain(("nl",), clocks).guide
    assert b'"en"' in Texts.plain(("fr",), clocks).guide


@pytest.mark.parametrize("preset", PRESETS)
def test_plain_texts_are_texts(preset: str) -> None:
    clocks = PRESETS[preset].clocks
    texts = Texts.plain(("nl", "en"), clocks)
    texts.check(clocks)
    read = LineTexts(
        read_form(texts.form), read_guide(texts.guide), read_procedure(texts.procedure)
    )
    check_texts(read, ("nl", "en"), clocks)


@pytest.mark.parametrize("name", ["form", "guide", "procedure"])
async def test_texts_that_no_program_reads_are_not_published(hosted: HostedLine, name: str) -> None:
    plan = hosted.plan(hosted.new_keys())
    changed: dict[str, Any] = {name: b'{"version":1}'}
    broken = replace(plan.chosen_texts(), **changed)
    with pytest.raises(RefusedError) as refused:
        await hosted.owner().publish(replace(plan, texts=broken), invite=INVITE)
    assert refused.value.reason is Reason.FIELDS


async def test_a_host_that_signs_with_another_key_is_told_to_its_office(hosted: HostedLine) -> None:
    await hosted.open_line()
    owner, again = hosted.owner(), hosted.owner()
    await owner.renew(force=True)
    assert not owner.has_new_receipt_key
    other = LineKeys.create(hosted.entropy).first_key

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/host":
            return response
        host = HostInfo.from_value(response.json()).model_copy(update={"receipt_key": other})
        return json_answer(host.to_json())

    hosted.network.change = change
    renewed = await again.renew(force=True)
    assert renewed.document.receipt_key == other
    assert again.has_new_receipt_key
    await again.renew(force=True)
    assert [again.has_new_receipt_key] == [False]
