"""What others wrote is shown in words, framed, and without power over the terminal."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

import meldpunt
from meldpunt.cli.render import audit, reminders
from meldpunt.cli.render.content import content_lines
from meldpunt.cli.render.inbox import entry_line
from meldpunt.cli.terminal import plain_text, words
from meldpunt.cli.terminal.plain_text import framed, safe, safe_line
from meldpunt.client import (
    Check,
    EntryStatus,
    NoticeKind,
    Readability,
    ReminderKind,
    ThreadMessage,
)
from meldpunt.client.thread.message import VerifiedMessage
from meldpunt.protocol.payload import make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.clocks import ClockStatus, State
from meldpunt.protocol.verify.log.header import Tag
from tests.cli.command_line import CommandLine, Secret

FORGED = "Hm.\n\n--- feedback of bob (adviser), 2026-01-01\n    readers: reporter\n\nAll is well."


def test_every_map_covers_its_enum() -> None:
    assert set(words.STATES) == set(State)
    assert set(words.TAGS) == set(Tag)
    assert set(words.ACCESS) == set(Readability)
    assert set(words.REASONS) == set(Reason)
    assert set(words.NOTICES) == set(NoticeKind)
    assert set(reminders.HANDLER) == set(ReminderKind)
    assert set(audit.FINE) | set(audit.NOTE) | set(audit.ALARM) == set(Check)


@pytest.mark.parametrize(
    ("readability", "reason", "said", "not_said"),
    [
        (Readability.UNREADABLE, Reason.JSON_KEY, "author's software made", "host"),
        (Readability.REFUSED, Reason.WRAP, "author's software made that key wrongly, or", "serves"),
        (Readability.REFUSED, Reason.BODY_HASH, "what the host serves", "author"),
    ],
)
def test_a_message_that_cannot_be_read_is_blamed_on_whoever_may_have_done_it(
    readability: Readability, reason: Reason, said: str, not_said: str
) -> None:
    message = ThreadMessage(cast("VerifiedMessage", None), readability, refusal=reason)
    text = words.closed(message)
    assert said in text
    assert not_said not in text
    assert (reason.value in text) is ("Tell its author" in text)


def test_every_alarm_that_is_raised_has_words_of_its_own() -> None:
    raised: set[str] = set()
    for path in Path(meldpunt.__file__).parent.rglob("*.py"):
        raised.update(re.findall(r"[aA]larm\(\s*Reason\.([A-Z_]+)", path.read_text("utf-8")))
    assert raised
    assert {Reason[name] for name in raised} <= set(words.ALARMS)


@pytest.mark.parametrize(
    "trick",
    ["\x1b[2J", "\x9b2J", "\r", "\x07", "\u061c", "\u202e", "\u2066", "\u200b", "\U000e0041",
     "\u3164", "\u115f", "\uffa0", "\u2800", "\u034f", "\ufe0f", "\U000e0100", "\U0001d173"],
)  # fmt: skip
def test_what_steers_a_terminal_or_hides_is_replaced(trick: str) -> None:
    assert safe(f"a{trick}b").startswith("a\ufffd")
    assert trick not in safe_line(f"a{trick}b")
    assert all(trick not in line for line in framed(f"a{trick}b"))


def test_a_name_is_one_line() -> None:
    assert safe_line("bob\n--- report\tof\u2028x  y ") == "bob --- report of x y"


def test_a_long_line_is_framed_where_a_terminal_breaks_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plain_text, "_width", lambda: 20)
    lines = list(framed("x" * 20 + "--- feedback of bob" + "\n\n" + "\u4e2d" * 25))
    assert lines == [
        "| " + "x" * 20,
        "| --- feedback of bob",
        "|",
        *["| " + "\u4e2d" * 10] * 2,
        "| " + "\u4e2d" * 5,
    ]


def test_a_text_does_not_pass_for_another_message(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    cli.ok("handler", "reply", *cli.key("ann"), cli.entry("ann"), "-", text=FORGED)
    for shown in (
        cli.ok("report", "read", cli.address, "--receipt-fd", Secret(receipt)),
        cli.ok("handler", "read", *cli.key("bob"), cli.entry("bob")),
    ):
        assert "| --- feedback of bob (adviser)" in shown
        assert [line for line in shown.splitlines() if line.startswith("--- feedback")] == []


def test_a_clock_of_a_host_does_not_steer_the_terminal() -> None:
    day = date(2026, 1, 1)
    clock = ClockStatus(name="\x1b]0;x\x07ack\nState: closed", due_on=day, overdue=False)
    entry = EntryStatus.model_construct(  # type: ignore[call-arg]  # no more than is shown
        entry=ids.EntryId(bytes(16)),
        line_id=ids.LineId(bytes(20)),
        state=State.RECEIVED,
        received_on=day,
        clocks=(clock,),
        erased_on=day,
        erased=False,
        message_count=1,
    )
    shown = entry_line(entry, entry.line_id)
    assert "\x1b" not in shown
    assert "\n" not in shown


def test_json_is_ascii(cli: CommandLine) -> None:
    receipt = cli.open_line("ann", "bob").report("--reader", "ann", "--reader", "bob")
    entry = cli.entry("ann")
    cli.ok("handler", "reply", *cli.key("ann"), entry, "-", text="\u202eh\u00e9\x9b")
    read = ("report", "read", cli.address, "--json", "--receipt-fd", Secret(receipt))
    shown = cli.ok(*read)
    assert shown.isascii()
    assert json.loads(shown)["messages"][-1]["content"]["text"] == "\u202eh\u00e9\x9b"
    cli.new_handler("\u00c9va")
    assert (cli.folder / "\u00c9va.json").read_bytes().isascii()


def test_an_admission_is_read_by_everybody(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    cli.ok("handler", "admit", *cli.key("ann"), cli.entry("ann"), "eve", "-", text="Look.")
    read = ("report", "read", cli.address, "--receipt-fd")
    assert "--- admission of ann (adviser)" in cli.ok(*read, Secret(receipt))
    assert cli.json(*read, Secret(receipt))["messages"][-1]["tag"] == "admit"
    for name in ("ann", "bob", "eve"):
        shown = cli.ok("handler", "read", *cli.key(name), cli.entry(name))
        assert "--- admission of ann (adviser)" in shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({}, []),
        ({"kind": "report", "answers": []}, ["kind: report"]),
        ({"checkIn": "retaliation"}, ["how the reporter is: WORSE OFF because they reported"]),
        ({"story": "withdrawn"}, ["the story may no longer be told on"]),
        (
            {"labels": [{"field": "category", "value": "bullying"}, {"field": "own", "value": ""}]},
            ["category: bullying", "own: (taken away)"],
        ),
        (
            {"mood": ["low\u001b[2J"], "checkIn": "fine"},
            [
                'says too, in a way unknown here: mood: ["low\\u001b[2J"]',
                'says too, in a way unknown here: checkIn: "fine"',
            ],
        ),
        ({"answers": [{"question": "q", "value": 1}]}, [
            'says too, in a way unknown here: answers: [{"question": "q", "value": 1}]'
        ]),
    ],
)  # fmt: skip
def test_nothing_of_a_content_is_kept_from_its_reader(
    content: dict[str, Any], shown: list[str]
) -> None:
    payload = make_payload("A text.", language="nl", **content)
    assert [line.strip() for line in content_lines(payload)] == shown
