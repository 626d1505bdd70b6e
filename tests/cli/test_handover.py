"""A report goes to another line of the host, by the command line."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from meldpunt.protocol.verify.encoding import encode_line_id
from tests.cli.command_line import REPORT, CommandLine, Secret

LETTER = "Please make this a formal complaint."


@pytest.fixture
def other(cli: CommandLine) -> CommandLine:
    """Give the command line of another line on the same host."""
    cli.open_line("ann", "bob")
    folder = cli.folder / "other"
    folder.mkdir()
    return dataclasses.replace(cli, folder=folder, address="").open_line("eve", "zoe")


def code(cli: CommandLine) -> str:
    return cli.report("--reader", "ann", "--reader", "bob")


def hand_over(cli: CommandLine, other: CommandLine, receipt: str, *options: str) -> dict[str, Any]:
    to = ("--to", other.address, "--reader", "eve", "--yes")
    given: tuple[str | Secret, ...] = ("--receipt-fd", Secret(receipt), *to, *options)
    return cli.json("report", "hand-over", cli.address, *given, "-", text=LETTER)


def status(cli: CommandLine, receipt: str) -> str:
    return cli.ok("report", "status", cli.address, "--receipt-fd", Secret(receipt))


def line_of(cli: CommandLine) -> str:
    return cli.address.rpartition("/")[2].partition("#")[0]


def test_a_report_is_handed_over_and_answered_there(cli: CommandLine, other: CommandLine) -> None:
    receipt = code(cli)
    assert len(hand_over(cli, other, receipt)["readers"]) == 3
    shown = status(cli, receipt)
    assert "Answered by: Meldpunt integriteit" in shown
    assert f"({line_of(other)}) was asked on {cli.today()}" in shown
    assert "meldpunt report take-back" in shown

    [entry] = other.json("handler", "inbox", *other.key("eve"))["entries"]
    assert entry["offered"]
    assert entry["madeOn"] == line_of(cli)
    assert "OFFERED to your line" in other.ok("handler", "inbox", *other.key("eve"))
    read = other.ok("handler", "read", *other.key("eve"), entry["entry"])
    assert "1 messages that come with it, 0 can be opened here" in read.replace("\n", " ")
    accept = ("handler", "accept", *other.key("eve"), entry["entry"], "-")
    assert other.refused(*accept, text="We take it up.") == "unsent"
    cli.texts("ann")  # reading passes the keys on
    assert other.texts("eve") == [REPORT, LETTER]
    other.ok(*accept, text="We take it up.")

    shown = status(cli, receipt)
    assert f"taken up on {cli.today()} by eve (adviser, Meldpunt integriteit)" in shown
    told = cli.json("report", "status", cli.address, "--receipt-fd", Secret(receipt))
    assert (told["alarms"], told["notices"]) == ([], []), "an honest host causes none"
    [handover] = told["handovers"]
    assert (handover["state"], handover["line"]["lineId"]) == ("accepted", line_of(other))
    [ended] = cli.json("handler", "inbox", *cli.key("ann"))["entries"]
    assert (ended["state"], ended["offered"]) == ("handed-over", False)
    reply = ("handler", "reply", *cli.key("ann"), ended["entry"], "-")
    assert cli.refused(*reply, text="One more thing.") == "unsent"
    assert "not with your line" in cli.ok("handler", "read", *cli.key("ann"), ended["entry"])
    cli.ok("report", "reply", cli.address, "--receipt-fd", Secret(receipt), "-", text="Thank you.")
    assert other.texts("eve")[-1] == "Thank you."
    assert other.json("handler", "rotate", *other.key("eve"))["pastTerm"] == []
    assert cli.json("handler", "rotate", *cli.key("ann"))["pastTerm"] == []


def test_whom_it_goes_to_and_what_is_shown_and_asked_first(
    cli: CommandLine, other: CommandLine
) -> None:
    receipt = code(cli)
    ask = ("report", "hand-over", cli.address, "--receipt-fd", Secret(receipt))
    result = cli.run(*ask, "--to", line_of(other), "-", text=LETTER)
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    for told in (
        f"compare with what that office publishes: {line_of(other)}",
        "Its clock acknowledgement: an acknowledgement within 7 days of receipt",
        "It erases 2 months after closing",
        "It gets these 1 of 1 messages:",
        f"report of reporter, {cli.today()}",
        "eve (adviser, Meldpunt integriteit)",
        "ann (adviser, Meldpunt integriteit)",
    ):
        assert told in result.stderr, told
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    assert "Handover" not in status(cli, receipt)


def test_a_proposal_is_followed_or_not(cli: CommandLine, other: CommandLine) -> None:
    receipt = code(cli)
    ask = ("report", "hand-over", cli.address, "--receipt-fd", Secret(receipt), "--yes", "-")
    result = cli.run(*ask, text=LETTER)
    assert result.exit_code == 2
    assert "name one with --to" in result.stderr
    to = ("--to", other.address)
    entry = cli.entry("ann")
    cli.ok("handler", "propose", *cli.key("ann"), *to, entry, "-", text="They can help.")
    shown = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(receipt))
    assert f"meldpunt report hand-over --to {line_of(other)}" in shown
    assert "| They can help." in shown
    cli.ok(*ask[:-2], "--yes", "-", text=LETTER)
    assert (
        other.json("handler", "inbox", *other.key("eve"))["entries"]
        or (other.json("handler", "inbox", *other.key("zoe"))["entries"])
    )


def test_a_refusal_and_a_change_of_mind_leave_it_where_it_is(
    cli: CommandLine, other: CommandLine
) -> None:
    receipt = code(cli)
    hand_over(cli, other, receipt)
    taking_back = ("report", "take-back", cli.address, "--receipt-fd", Secret(receipt), "-")
    cli.ok(*taking_back, text="I thought better of it.")
    assert "was asked, and the reporter took that back" in status(cli, receipt)
    assert cli.refused(*taking_back, text="Again.") == "unsent"
    hand_over(cli, other, receipt)
    refuse = ("handler", "refuse", *other.key("eve"), other.entry("eve"), "-")
    other.ok(*refuse, text="This is not for us.")
    shown = status(cli, receipt)
    assert f"refused on {cli.today()} to take this report up" in shown
    assert "Meldpunt integriteit has it, as before" in shown
    assert cli.texts("ann")[-1] == "This is not for us."


def test_messages_are_chosen_by_their_number(cli: CommandLine, other: CommandLine) -> None:
    receipt = code(cli)
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt), "-")
    cli.ok(*reply, text="Not for others.")
    shown = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(receipt))
    assert "    number: 2" in shown
    hand_over(cli, other, receipt, "--message", "1")
    cli.texts("ann")
    assert other.texts("eve") == [REPORT, None, LETTER]
    to = ("--to", line_of(other), "--message", "9", "--yes", "-")
    given = ("report", "hand-over", cli.address, "--receipt-fd", Secret(receipt), *to)
    assert cli.run(*given, text=LETTER).exit_code == 2


def test_a_line_that_is_not_on_the_host_is_refused_in_words(
    cli: CommandLine, other: CommandLine
) -> None:
    receipt = code(cli)
    nowhere = encode_line_id(bytes(20))
    elsewhere = other.address.replace("http://127.0.0.1", "https://elsewhere.example")
    given = ("report", "hand-over", cli.address, "--receipt-fd", Secret(receipt), "--yes")
    for to in (nowhere, elsewhere, line_of(cli)):
        assert cli.refused(*given, "--to", to, "-", text=LETTER) == "unsent"


def test_a_proof_shows_the_line_that_took_it_up(
    cli: CommandLine, other: CommandLine, tmp_path: Path
) -> None:
    receipt, kept = code(cli), tmp_path / "proof.json"
    hand_over(cli, other, receipt, "--keep-proof", str(kept))
    cli.texts("ann")
    accept = ("handler", "accept", *other.key("eve"), other.entry("eve"), "-")
    other.ok(*accept, text="We take it up.")
    cli.ok("report", "proof", cli.address, "--receipt-fd", Secret(receipt), kept)
    shown = cli.ok("report", "verify", kept)
    assert "Incomplete" not in shown
    assert "Asked:  Meldpunt integriteit, to take the report up" in shown
    assert "--- acceptance of eve (adviser, Meldpunt integriteit)" in shown
    assert f"    line: {line_of(other)}" in shown  # the two have one name
    assert f"| {LETTER}" in shown


def test_a_word_that_ends_what_was_asked_says_so(cli: CommandLine, other: CommandLine) -> None:
    receipt = code(cli)
    hand_over(cli, other, receipt)
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    told = "This takes back that the line you asked may take this report up."
    assert told not in cli.run(*reply, "-", text="For both lines.").stderr
    assert told in cli.run(*reply, "--reader", "ann", "-", text="For Ann alone.").stderr
    assert told not in cli.run(*reply, "-", text="There is nothing left to take back.").stderr
