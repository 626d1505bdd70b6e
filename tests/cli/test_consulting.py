"""A handler asks the handlers of another line, by the command line."""

import dataclasses
import json
from pathlib import Path

import pytest

from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile
from tests.cli.desk import PASSPHRASE, REPORT, Desk

CASE = "Somebody is paid twice, and their manager says it is fine. What would you ask first?"


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """Give the desk of a line that is asked, on the host of the one that asks."""
    desk.open_line("ann", "bob")
    folder = desk.folder / "other"
    folder.mkdir()
    return dataclasses.replace(desk, folder=folder, address="").open_line("eve", "zoe")


def consult(desk: Desk, asked: Desk, text: str = CASE, who: str = "ann") -> dict[str, object]:
    options = ("--to", asked.address, "--reader", "eve", "--reader", "zoe", "--yes", "-")
    return desk.json("handler", "consult", *desk.key(who), *options, text=text)


def listed(desk: Desk, who: str = "ann") -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.json("handler", "consultations", *desk.key(who))[
        "consultations"
    ]
    return found


def answer(asked: Desk, text: str) -> None:
    asked.ok("handler", "reply", *asked.key("eve"), asked.entry("eve"), "-", text=text)


def test_a_question_is_answered_and_gone_on_with(desk: Desk, asked: Desk) -> None:
    assert consult(desk, asked)["consultation"] == 1
    [entry] = asked.json("handler", "inbox", *asked.key("eve"))["entries"]
    assert entry["consultation"]
    assert entry["clocks"] == []
    shown = asked.ok("handler", "read", *asked.key("eve"), entry["entry"])
    assert "CONSULTATION: not a report" in shown
    assert "asks: ann (adviser) of Meldpunt integriteit." in shown
    assert "--- consultation of the one who asks" in shown

    assert [c["unread"] for c in listed(desk)] == [0]
    answer(asked, "Who signed for it?")
    assert [(c["answers"], c["unread"]) for c in listed(desk)] == [(1, 1)]
    assert "1 NEW" in desk.ok("handler", "consultations", *desk.key("ann"))
    read = desk.ok("handler", "consultation", "read", *desk.key("ann"), "1")
    assert "| Who signed for it?" in read
    assert CASE not in read
    assert [c["unread"] for c in listed(desk)] == [0]

    desk.ok("handler", "consultation", "reply", *desk.key("ann"), "1", "-", text="Their boss.")
    assert asked.texts("eve") == [CASE, "Who signed for it?", "Their boss."]


def test_what_is_sent_is_shown_and_asked_first(desk: Desk, asked: Desk) -> None:
    ask = ("handler", "consult", *desk.key("ann"), "--to", asked.address, "-")
    result = desk.run(*ask, text=CASE)
    assert result.exit_code == 2
    assert f"| {CASE}" in result.stderr
    assert "Leave out names, places" in result.stderr
    assert "They see that you ask: ann (adviser)." in result.stderr
    assert "--yes" in result.stderr
    assert listed(desk) == []
    assert asked.json("handler", "inbox", *asked.key("eve"))["entries"] == []


def test_the_receipt_is_in_the_key_file_before_anything_is_sent_and_on_no_screen(
    desk: Desk, asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("meldpunt.client.reporter.Reporter.send", drop)
        options = ("--to", asked.address, "--yes", "-")
        result = desk.run("handler", "consult", *desk.key("ann"), *options, text=CASE)
    assert result.exit_code == 1
    assert "not known whether it arrived" in result.stderr
    [kept] = content(desk.folder / "ann.key").consultations
    assert kept.receipt not in result.output
    [status] = listed(desk)
    assert status["error"] == "not-found"
    shown = desk.ok("handler", "consultations", *desk.key("ann"))
    assert "Not there" in shown
    desk.ok("handler", "consultation", "end", *desk.key("ann"), "1")
    assert listed(desk) == []


def content(path: Path) -> HandlerContent:
    opened = KeyFile.open(path, PASSPHRASE)
    return HandlerContent.from_value(json.loads(opened.content))


def test_rotating_and_reading_leave_consultations_alone(desk: Desk, asked: Desk) -> None:
    consult(desk, asked)
    before = content(desk.folder / "ann.key").consultations
    desk.report("--reader", "ann", "--reader", "bob")
    desk.ok("handler", "read", *desk.key("ann"), desk.entry("ann"))
    desk.clock.pass_days(50)
    desk.ok("handler", "rotate", *desk.key("ann"))
    assert content(desk.folder / "ann.key").consultations == before


def test_consultations_are_counted_on_and_a_broken_one_hides_no_other(
    desk: Desk, asked: Desk
) -> None:
    consult(desk, asked)
    consult(desk, asked, "Another case.")
    desk.ok("handler", "consultation", "end", *desk.key("ann"), "1")
    assert consult(desk, asked, "A third one.")["consultation"] == 3
    assert [c["number"] for c in listed(desk)] == [2, 3]
    desk.lose_reports()
    assert [c["error"] for c in listed(desk)] == ["not-found", "not-found"]
    result = desk.run("handler", "consultation", "read", *desk.key("ann"), "1")
    assert result.exit_code == 2


def test_what_the_other_line_has_erased_is_dropped(desk: Desk, asked: Desk) -> None:
    consult(desk, asked)
    [kept] = content(desk.folder / "ann.key").consultations
    desk.ok("handler", "consultation", "read", *desk.key("ann"), "1")
    desk.lose_reports()
    desk.clock.pass_days((kept.until - desk.today()).days)
    asked.ok("line", "renew", *asked.key("line"))
    assert [c.get("state") for c in listed(desk)] == ["erased"]
    assert content(desk.folder / "ann.key").consultations == ()


def test_ones_own_line_is_not_consulted(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    options = ("--to", desk.address, "--yes", "-")
    result = desk.run("handler", "consult", *desk.key("ann"), *options, text=CASE)
    assert result.exit_code == 2
    assert "reply --note" in result.stderr


def test_one_who_left_is_shown_with_an_alarm(desk: Desk, asked: Desk) -> None:
    consult(desk, asked)
    desk.ok("line", "remove-handler", *desk.key("line"), "ann")
    shown = asked.ok("handler", "read", *asked.key("eve"), asked.entry("eve"))
    assert "ALARM" in shown
    assert "[consultation]" in shown
    assert "asked by somebody who is not verified" in shown
    found = asked.json("handler", "read", *asked.key("eve"), asked.entry("eve"))
    assert found["messages"][0]["askedBy"] == "unverified"


def test_a_consultation_of_another_host_is_verified_by_an_address_that_the_reader_gives(
    desk: Desk, asked: Desk
) -> None:
    consult(desk, asked)
    read = ("handler", "read", *asked.key("eve"), "--asker")
    assert "ann (adviser) of" in asked.ok(*read, desk.address, asked.entry("eve"))
    other = asked.ok(*read, asked.address, asked.entry("eve"))
    assert "[consultation]" in other


def test_a_report_is_marked_as_none(desk: Desk, asked: Desk) -> None:
    asked.report()
    [entry] = asked.json("handler", "inbox", *asked.key("eve"))["entries"]
    assert entry["consultation"] is False
    assert asked.texts("eve") == [REPORT]
    assert "CONSULTATION" not in asked.ok("handler", "read", *asked.key("eve"), entry["entry"])
