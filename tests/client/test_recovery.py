"""Recovery sheets: what brings a handler back, and why each wrong pile of shares is refused."""

import json
from datetime import timedelta
from itertools import combinations

import pytest
import shamir_mnemonic
from pydantic import ValidationError

from meldpunt.client import Handler, HandlerKeys, LineKeys, UnsentError, renew_keys
from meldpunt.client.keys.recovery import (
    MixedSharesError,
    NotASheetError,
    ShareError,
    ShareFacts,
    SplitError,
    TooFewSharesError,
    check_share,
    join_shares,
    read_share,
    split_keys,
)
from meldpunt.client.lines.plan import plan_of
from meldpunt.client.lines.texts import Texts
from meldpunt.client.thread.notices import NoticeKind
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.served import ServedLine
from openapi.generator.kept_wraps import VECTORS
from tests.client.hosted_line import FIRST_DAY, TEXT, FakeEntropy, HostedLine
from tests.client.test_bad_host import rewrite


@pytest.fixture
def keys() -> HandlerKeys:
    entropy = FakeEntropy()
    made = HandlerKeys.create(LineKeys.create(entropy).line_id, entropy)
    return made.extend(FIRST_DAY, entropy)


@pytest.mark.parametrize("gone", [0, 3, 7])
def test_any_k_shares_bring_the_same_keys_back(keys: HandlerKeys, gone: int) -> None:
    keys = keys.forget(gone)
    shares = split_keys(keys, shares=4, threshold=3)
    for chosen in combinations(shares, 3):
        back = join_shares(chosen, keys.line_id)
        assert back.signing == keys.signing
        assert back.chains == keys.chains
        assert back.statements == keys.statements[gone:], "as published, byte for byte"
    assert join_shares(reversed(shares), keys.line_id).signing == keys.signing


def test_two_chains_fit_on_one_sheet(keys: HandlerKeys) -> None:
    keys = keys.forget(4).extend(FIRST_DAY + timedelta(days=200), FakeEntropy())
    assert len(keys.chains) == 2
    back = join_shares(split_keys(keys, shares=2, threshold=2), keys.line_id)
    assert back.chains == keys.chains
    assert back.statements == keys.statements[4:]


def test_a_sheet_brings_no_destroyed_key_back(keys: HandlerKeys) -> None:
    wanted = [statement.key_id for statement in keys.published()]
    sheet = split_keys(keys.forget(2), shares=2, threshold=2)
    back = join_shares(sheet, keys.line_id)
    assert set(back.box_keys(wanted)) == set(wanted[2:])


def test_each_share_is_checked_alone(keys: HandlerKeys) -> None:
    shares = split_keys(keys, shares=5, threshold=2)
    facts = [check_share(share) for share in shares]
    assert [fact.number for fact in facts] == [1, 2, 3, 4, 5]
    assert {fact.sheet for fact in facts} == {facts[0].sheet}
    assert facts[0] == ShareFacts(facts[0].sheet, 1, 2)


def test_a_wrong_word_is_found_in_the_share_that_has_it(keys: HandlerKeys) -> None:
    words = split_keys(keys, shares=2, threshold=2)[0].split()
    other = "academic" if words[20] != "academic" else "acid"
    wrong: tuple[list[str], ...] = (
        [*words[:20], other, *words[21:]],
        [*words[:20], words[21], words[20], *words[22:]] if words[20] != words[21] else words[1:],
        words[:-1],
        [*words, words[0]],
        [*words[:20], "notaword", *words[21:]],
        [],
    )
    for attempt in wrong:
        with pytest.raises(ShareError) as refused:
            check_share(" ".join(attempt))
        assert words[0] not in str(refused.value), "no message quotes a share"


def test_the_shares_of_the_vectors_bring_their_secret_back() -> None:
    vectors = json.loads((VECTORS / "recovery.json").read_text("utf-8"))["vectors"]
    given = vectors[0]["input"]
    keys = join_shares(given["shares"], ids.LineId(bytes.fromhex(given["lineId"])))
    assert shamir_mnemonic.combine_mnemonics(given["shares"]).hex() == given["secret"]
    assert [s.key_id.hex() for s in keys.published()] == [
        key["keyId"] for key in vectors[0]["output"]["keys"]
    ]


def test_too_few_shares_are_refused_and_the_same_one_twice_is_one(keys: HandlerKeys) -> None:
    shares = split_keys(keys, shares=5, threshold=3)
    for pile, missing in ((shares[:2], 1), (shares[:1], 2), ([shares[0]] * 3, 2)):
        with pytest.raises(TooFewSharesError) as refused:
            join_shares(pile, keys.line_id)
        assert refused.value.missing == missing
    with pytest.raises(ShareError):
        join_shares([], keys.line_id)


def test_shares_of_two_sheets_are_refused(keys: HandlerKeys) -> None:
    first = split_keys(keys, shares=3, threshold=2)
    second = split_keys(keys, shares=3, threshold=2)
    other = split_keys(keys, shares=3, threshold=3)
    for pile in ((first[0], second[1]), (*first, second[0]), (first[0], other[1])):
        with pytest.raises(MixedSharesError):
            join_shares(pile, keys.line_id)


def test_shares_of_another_secret_are_refused(keys: HandlerKeys) -> None:
    for secret in (b"\x01" * 16, b"\x02" * 74, b"\x01\x02" + bytes(72)):
        [shares] = shamir_mnemonic.generate_mnemonics(1, [(2, 2)], secret)
        with pytest.raises(NotASheetError):
            join_shares(shares, keys.line_id)


@pytest.mark.parametrize(("shares", "threshold"), [(3, 1), (1, 1), (2, 3), (17, 2)])
def test_a_split_that_protects_nothing_is_not_made(
    keys: HandlerKeys, shares: int, threshold: int
) -> None:
    with pytest.raises(SplitError):
        split_keys(keys, shares=shares, threshold=threshold)


def test_a_share_reads_the_same_numbered_in_columns_or_typed(keys: HandlerKeys) -> None:
    share = split_keys(keys, shares=2, threshold=2)[0]
    numbered = "Line of shares 2\n" + "\n".join(
        f"{i:>3}. {word.upper()}" for i, word in enumerate(share.split(), 1)
    )
    assert read_share(numbered) == read_share(f"  {share.upper()}\n") == share


async def test_a_handler_comes_back_and_reads_on(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    lost = hosted.handlers[0]
    sheet = split_keys(lost.keys, shares=3, threshold=2)
    hosted.clock.pass_days(250)
    await hosted.owner().renew()
    for handler in hosted.handlers:
        await handler.publish_keys(lambda _: None)  # a chain that no sheet has
    hosted.clock.pass_days(150)
    await hosted.owner().renew()
    await renew_keys(hosted.handlers[1], lambda _: None)
    await hosted.submit("After the sheet.", readers=(0, 1))

    back = hosted.handler(join_shares(sheet[1:], hosted.line_keys.line_id))
    line = await back.line()
    above = line.box_keys[back.keys.handler_id].number
    assert above > back.keys.published()[-1].number
    back.keys = back.keys.restarted(hosted.today(), hosted.entropy, above=above)
    await back.publish_keys(lambda _: None)
    assert await _texts(back) == ["None", TEXT]
    colleague = hosted.handlers[1]
    async for entry in colleague.entries():
        await colleague.add_missing_wraps(await colleague.read(entry.entry))
    assert await _texts(back) == ["After the sheet.", TEXT]
    await hosted.submit("To the new chain.", readers=(0,))
    assert await _texts(back) == ["After the sheet.", TEXT, "To the new chain."]
    await renew_keys(back, lambda _: None)
    assert await _texts(back) == ["After the sheet.", TEXT, "To the new chain."]


async def _texts(handler: Handler) -> list[str]:
    threads = [await handler.read(entry.entry) async for entry in handler.entries()]
    return sorted(str(message.text) for thread in threads for message in thread.messages)


async def test_a_host_that_goes_on_serving_a_lost_devices_keys_is_noticed_and_overruled(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1)
    lost = hosted.handlers[0]
    before = (await lost.line()).box_keys[lost.keys.handler_id]
    made = zip(lost.keys.published(), lost.keys.statements, strict=True)
    old = next(signed for statement, signed in made if statement == before)
    back = hosted.handler(lost.keys.restarted(hosted.today(), hosted.entropy, above=before.number))
    first = back.keys.chains[-1].first_number
    assert back.served_key_notice(await back.line()) is None  # the host's day may be behind
    hosted.clock.pass_days(2)
    assert back.served_key_notice(await back.line()) is not None  # nothing new is published yet
    assert await back.publish_when_due(await back.line(), lambda _: None)
    assert back.served_key_notice(await back.line()) is None

    path = f"/v1/lines/{encode_line_id(hosted.line_keys.line_id)}"
    hosted.network.change = rewrite(
        path, ServedLine, lambda found: found.model_copy(update={"box_keys": (old,)})
    )
    line = await back.line()
    assert await back.publish_when_due(line, lambda _: None), "it may only be a lost answer"
    notice = back.served_key_notice(await back.line())
    assert notice is not None
    assert notice.kind is NoticeKind.OLD_BOX_KEY
    elsewhere = lost.served_key_notice(line)
    assert elsewhere is None, "the lost device sees what it made"

    plan = plan_of(line.document, Texts.plain(line.document.languages, line.document.clocks))
    await hosted.owner().publish(plan.with_first_box_key(back.keys.handler_id, first))
    line = await back.line()
    assert back.keys.handler_id not in line.box_keys, "nobody seals to the old key any more"
    hosted.network.change = None
    assert (await back.line()).box_keys[back.keys.handler_id].number >= first
    notice = lost.served_key_notice(await lost.line())
    assert notice is not None
    assert notice.kind is NoticeKind.UNKNOWN_BOX_KEY


async def test_an_honest_host_raises_no_notice_on_any_day_of_a_handlers_keys(
    hosted: HostedLine,
) -> None:
    await hosted.open_line(1)
    handler = hosted.handlers[0]
    for day in range(100):  # two changes of keys
        assert handler.served_key_notice(await handler.line()) is None, day
        hosted.clock.pass_days(1)


async def test_a_first_box_key_that_no_handler_can_have_is_not_published(
    hosted: HostedLine,
) -> None:
    line = await hosted.open_line(1)
    plan = await hosted.owner().plan(line)
    mistyped = plan.with_first_box_key(hosted.id_of(0), 1_000_000)
    with pytest.raises(UnsentError, match="nothing was published"):
        await hosted.owner().publish(mistyped)
    assert (await hosted.reporter().line()).document == line.document
    with pytest.raises(ValidationError):
        plan.with_first_box_key(hosted.id_of(0), 1 << 70)


async def test_a_handler_of_whom_the_host_serves_no_key_is_told(hosted: HostedLine) -> None:
    line = await hosted.open_line(1)
    plan = await hosted.owner().plan(line)
    await hosted.owner().publish(plan.with_first_box_key(hosted.id_of(0), 100))
    handler = hosted.handlers[0]
    assert await handler.publish_when_due(await handler.line(), lambda _: None)
    notice = handler.served_key_notice(await handler.line())
    assert notice is not None
    assert notice.kind is NoticeKind.NO_BOX_KEY
    stranger = hosted.handler(hosted.new_keys())
    assert stranger.served_key_notice(await stranger.line()) is None, "not listed yet"
