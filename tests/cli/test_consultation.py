"""A handler asks the handlers of another line, by the command line."""

import dataclasses
import json
from pathlib import Path

import pytest

from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile
from tests.cli.command_line import PASSPHRASE, REPORT, CommandLine

CASE = "Somebody is paid twice, and their manager says it is fine. What would you ask first?"


@pytest.fixture
def asked(cli: CommandLine) -> CommandLine:
    """Give the command line of the line that is asked, on the host of the asker."""
    cli.open_line("ann", "bob")
    folder = cli.folder / "other"
    folder.mkdir()
    return dataclasses.replace(cli, folder=folder, address="").open_line("eve", "zoe")


def consult(
    cli: CommandLine, asked: CommandLine, text: str = CASE, who: str = "ann"
) -> dict[str, object]:
    options = ("--to", asked.address, "--reader", "eve", "--reader", "zoe", "--yes", "-")
    return cli.json("handler", "consult", *cli.key(who), *options, text=text)


def listed(cli: CommandLine, who: str = "ann") -> list[dict[str, object]]:
    found: list[dict[str, object]] = cli.json("handler", "consultations", *cli.key(who))[
        "consultations"
    ]
    return found


def answer(asked: CommandLine, text: str) -> None:
    asked.ok("handler", "reply", *asked.key("eve"), asked.entry("eve"), "-", text=text)


def test_a_question_is_answered_and_gone_on_with(cli: CommandLine, asked: CommandLine) -> None:
    assert consult(cli, asked)["consultation"] == 1
    [entry] = asked.json("handler", "inbox", *asked.key("eve"))["entries"]
    assert entry["consultation"]
    assert entry["clocks"] == []
    shown = asked.ok("handler", "read", *asked.key("eve"), entry["entry"])
    assert "CONSULTATION: not a report" in shown
    assert "asks: ann (adviser) of Meldpunt integriteit." in shown
    assert "--- consultation of the one who asks" in shown

    assert [c["unread"] for c in listed(cli)] == [0]
    answer(asked, "Who signed for it?")
    assert [(c["answers"], c["unread"]) for c in listed(cli)] == [(1, 1)]
    assert "1 NEW" in cli.ok("handler", "consultations", *cli.key("ann"))
    read = cli.ok("handler", "consultation", "read", *cli.key("ann"), "1")
    assert "| Who signed for it?" in read
    assert CASE not in read
    assert [c["unread"] for c in listed(cli)] == [0]

    cli.ok("handler", "consultation", "reply", *cli.key("ann"), "1", "-", text="Their boss.")
    assert asked.texts("eve") == [CASE, "Who signed for it?", "Their boss."]


def test_what_is_sent_is_shown_and_asked_first(cli: CommandLine, asked: CommandLine) -> None:
    ask = ("handler", "consult", *cli.key("ann"), "--to", asked.address, "-")
    result = cli.run(*ask, text=CASE)
    assert result.exit_code == 2
    assert f"| {CASE}" in result.stderr
    assert "Leave out names, places" in result.stderr
    assert "They see that you ask: ann (adviser)." in result.stderr
    assert "--yes" in result.stderr
    assert listed(cli) == []
    assert asked.json("handler", "inbox", *asked.key("eve"))["entries"] == []


def test_the_receipt_is_in_the_key_file_before_anything_is_sent_and_on_no_screen(
    cli: CommandLine, asked: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("meldpunt.client.reporter.Reporter.send", drop)
        options = ("--to", asked.address, "--yes", "-")
        result = cli.run("handler", "consult", *cli.key("ann"), *options, text=CASE)
    assert result.exit_code == 1
    assert "not known whether it arrived" in result.stderr
    [kept] = content(cli.folder / "ann.key").consultations
    assert kept.receipt not in result.output
    [status] = listed(cli)
    assert status["error"] == "not-found"
    shown = cli.ok("handler", "consultations", *cli.key("ann"))
    assert "Not there" in shown
    cli.ok("handler", "consultation", "end", *cli.key("ann"), "1")
    assert listed(cli) == []


def content(path: Path) -> HandlerContent:
    opened = KeyFile.open(path, PASSPHRASE)
    return HandlerContent.from_value(json.loads(opened.content))


def test_rotating_and_reading_leave_consultations_alone(
    cli: CommandLine, asked: CommandLine
) -> None:
    consult(cli, asked)
    before = content(cli.folder / "ann.key").consultations
    cli.report("--reader", "ann", "--reader", "bob")
    cli.ok("handler", "read", *cli.key("ann"), cli.entry("ann"))
    cli.clock.pass_days(50)
    cli.ok("handler", "rotate", *cli.key("ann"))
    assert content(cli.folder / "ann.key").consultations == before


def test_consultations_are_counted_on_and_a_broken_one_hides_no_other(
    cli: CommandLine, asked: CommandLine
) -> None:
    consult(cli, asked)
    consult(cli, asked, "Another case.")
    cli.ok("handler", "consultation", "end", *cli.key("ann"), "1")
    assert consult(cli, asked, "A third one.")["consultation"] == 3
    assert [c["number"] for c in listed(cli)] == [2, 3]
    cli.lose_reports()
    assert [c["error"] for c in listed(cli)] == ["not-found", "not-found"]
    result = cli.run("handler", "consultation", "read", *cli.key("ann"), "1")
    assert result.exit_code == 2


def test_what_the_other_line_has_erased_is_dropped(cli: CommandLine, asked: CommandLine) -> None:
    consult(cli, asked)
    [kept] = content(cli.folder / "ann.key").consultations
    cli.ok("handler", "consultation", "read", *cli.key("ann"), "1")
    cli.lose_reports()
    cli.clock.pass_days((kept.until - cli.today()).days)
    asked.ok("line", "renew", *asked.key("line"))
    assert [c.get("state") for c in listed(cli)] == ["erased"]
    assert content(cli.folder / "ann.key").consultations == ()


def test_ones_own_line_is_not_consulted(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    options = ("--to", cli.address, "--yes", "-")
    result = cli.run("handler", "consult", *cli.key("ann"), *options, text=CASE)
    assert result.exit_code == 2
    assert "reply --note" in result.stderr


def test_one_who_left_is_shown_with_an_alarm(cli: CommandLine, asked: CommandLine) -> None:
    consult(cli, asked)
    cli.ok("line", "remove-handler", *cli.key("line"), "ann")
    shown = asked.ok("handler", "read", *asked.key("eve"), asked.entry("eve"))
    assert "ALARM" in shown
    assert "[consultation]" in shown
    assert "asked by somebody who is not verified" in shown
    found = asked.json("handler", "read", *asked.key("eve"), asked.entry("eve"))
    assert found["messages"][0]["askedBy"] == "unverified"


def test_a_consultation_of_another_host_is_verified_by_an_address_that_the_reader_gives(
    cli: CommandLine, asked: CommandLine
) -> None:
    consult(cli, asked)
    read = ("handler", "read", *asked.key("eve"), "--asker")
    assert "ann (adviser) of" in asked.ok(*read, cli.address, asked.entry("eve"))
    other = asked.ok(*read, asked.address, asked.entry("eve"))
    assert "[consultation]" in other


def test_a_report_is_marked_as_none(cli: CommandLine, asked: CommandLine) -> None:
    asked.report()
    [entry] = asked.json("handler", "inbox", *asked.key("eve"))["entries"]
    assert entry["consultation"] is False
    assert asked.texts("eve") == [REPORT]
    assert "CONSULTATION" not in asked.ok("handler", "read", *asked.key("eve"), entry["entry"])
