"""Other lines that an office names: from its guide, whatever else is in there."""

import dataclasses
import json

import pytest

from meldpunt.client import LineAddress, OtherLine, fetch_other_lines
from meldpunt.client.lines.other_lines import name_other_lines, read_other_lines
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import INVITE, HostedLine

ADDRESS = "https://external.example/v1/lines/" + "a" * 32
OTHER = OtherLine(LineAddress.parse(ADDRESS), "The authority")


async def test_an_office_names_other_lines_and_a_client_finds_them(hosted: HostedLine) -> None:
    plan = dataclasses.replace(hosted.plan(hosted.new_keys()), other_lines=(OTHER,))
    published = await hosted.owner().publish(plan, invite=INVITE)
    found = await fetch_other_lines(hosted.transport(), published)
    assert found == (OTHER,)
    guide = json.loads(plan.chosen_texts().guide)
    plain = dataclasses.replace(plan, other_lines=()).chosen_texts()
    assert guide["nodes"] == json.loads(plain.guide)["nodes"]


async def test_a_line_that_names_none_offers_none(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    assert await fetch_other_lines(hosted.transport(), line) == ()


def test_a_line_named_before_is_replaced() -> None:
    first = name_other_lines(b'{"version":1}', [OTHER])
    again = name_other_lines(first, [dataclasses.replace(OTHER, name="Another")])
    assert [line.name for line in read_other_lines(again)] == ["Another"]


@pytest.mark.parametrize(
    "guide",
    [
        b"# A guide",
        b"[]",
        b'{"version":1}',
        b'{"lines":{}}',
        b'{"lines":[1,"a",[]]}',
        b'{"lines":[{"name":"N"}]}',
        b'{"lines":[{"name":"N","address":"https://external.example"}]}',
        b'{"lines":[{"name":1,"address":"' + ADDRESS.encode() + b'"}]}',
        b'{"lines":[{"name":" ","address":"' + ADDRESS.encode() + b'"}]}',
        b'{"lines":[{"name":"N","address":"http://external.example/v1/lines/' + b"a" * 32 + b'"}]}',
    ],
)
def test_what_names_no_line_is_passed_over(guide: bytes) -> None:
    assert read_other_lines(guide) == ()


def test_at_most_twenty_are_shown() -> None:
    many = {"lines": [{"name": "N", "address": ADDRESS}] * 30}
    assert len(read_other_lines(json.dumps(many).encode())) == 20
    with pytest.raises(RefusedError) as refused:
        name_other_lines(b"{}", [OTHER] * 21)
    assert refused.value.reason is Reason.FIELDS


def test_a_guide_of_another_form_names_none() -> None:
    with pytest.raises(RefusedError):
        name_other_lines(b"# A guide", [OTHER])
