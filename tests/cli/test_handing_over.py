"""A report goes to another line of the host, by the command line."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from meldpunt.protocol.verify.encoding import encode_line_id
from tests.cli.desk import REPORT, Desk, Secret

LETTER = "Please make this a formal complaint."


@pytest.fixture
def other(desk: Desk) -> Desk:
    """Give the desk of another line on the same host, which can take reports up."""
    desk.open_line("ann", "bob")
    folder = desk.folder / "other"
    folder.mkdir()
    return dataclasses.replace(desk, folder=folder, address="").open_line("eve", "zoe")


def code(desk: Desk) -> str:
    return desk.report("--reader", "ann", "--reader", "bob")


def hand_over(desk: Desk, other: Desk, receipt: str, *options: str) -> dict[str, Any]:
    to = ("--to", other.address, "--reader", "eve", "--yes")
    given: tuple[str | Secret, ...] = ("--receipt-fd", Secret(receipt), *to, *options)
    return desk.json("report", "hand-over", desk.address, *given, "-", text=LETTER)


def status(desk: Desk, receipt: str) -> str:
    return desk.ok("report", "status", desk.address, "--receipt-fd", Secret(receipt))


def line_of(desk: Desk) -> str:
    return desk.address.rpartition("/")[2].partition("#")[0]


def test_a_report_is_handed_over_and_answered_there(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    assert len(hand_over(desk, other, receipt)["readers"]) == 3
    shown = status(desk, receipt)
    assert "Answered by: Meldpunt integriteit" in shown
    assert f"({line_of(other)}) was asked on {desk.today()}" in shown
    assert "meldpunt report take-back" in shown

    [entry] = other.json("handler", "inbox", *other.key("eve"))["entries"]
    assert entry["offered"]
    assert entry["madeOn"] == line_of(desk)
    assert "OFFERED to your line" in other.ok("handler", "inbox", *other.key("eve"))
    read = other.ok("handler", "read", *other.key("eve"), entry["entry"])
    assert "1 messages that come with it, 0 can be opened here" in read.replace("\n", " ")
    accept = ("handler", "accept", *other.key("eve"), entry["entry"], "-")
    assert other.refused(*accept, text="We take it up.") == "unsent"
    desk.texts("ann")  # reading passes the keys on
    assert other.texts("eve") == [REPORT, LETTER]
    other.ok(*accept, text="We take it up.")

    shown = status(desk, receipt)
    assert f"taken up on {desk.today()} by eve (adviser, Meldpunt integriteit)" in shown
    [handover] = desk.json("report", "status", desk.address, "--receipt-fd", Secret(receipt))[
        "handovers"
    ]
    assert (handover["state"], handover["line"]["lineId"]) == ("accepted", line_of(other))
    [ended] = desk.json("handler", "inbox", *desk.key("ann"))["entries"]
    assert (ended["state"], ended["offered"]) == ("handed-over", False)
    reply = ("handler", "reply", *desk.key("ann"), ended["entry"], "-")
    assert desk.refused(*reply, text="One more thing.") == "unsent"
    assert "not with your line" in desk.ok("handler", "read", *desk.key("ann"), ended["entry"])
    desk.ok(
        "report", "reply", desk.address, "--receipt-fd", Secret(receipt), "-", text="Thank you."
    )
    assert other.texts("eve")[-1] == "Thank you."
    assert other.json("handler", "rotate", *other.key("eve"))["pastTerm"] == []
    assert desk.json("handler", "rotate", *desk.key("ann"))["pastTerm"] == []


def test_whom_it_goes_to_and_what_is_shown_and_asked_first(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    ask = ("report", "hand-over", desk.address, "--receipt-fd", Secret(receipt))
    result = desk.run(*ask, "--to", line_of(other), "-", text=LETTER)
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    for told in (
        f"compare with what that office publishes: {line_of(other)}",
        "Its clock acknowledgement: acknowledgement within P7D",
        "It erases P2M after closing",
        "It gets these 1 of 1 messages:",
        f"report of reporter, {desk.today()}",
        "eve (adviser, Meldpunt integriteit)",
        "ann (adviser, Meldpunt integriteit)",
    ):
        assert told in result.stderr, told
    assert other.json("handler", "inbox", *other.key("eve"))["entries"] == []
    assert "Handover" not in status(desk, receipt)


def test_a_proposal_is_followed_or_not(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    ask = ("report", "hand-over", desk.address, "--receipt-fd", Secret(receipt), "--yes", "-")
    result = desk.run(*ask, text=LETTER)
    assert result.exit_code == 2
    assert "name one with --to" in result.stderr
    to = ("--to", other.address)
    entry = desk.entry("ann")
    desk.ok("handler", "propose", *desk.key("ann"), *to, entry, "-", text="They can help.")
    shown = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(receipt))
    assert f"meldpunt report hand-over --to {line_of(other)}" in shown
    assert "| They can help." in shown
    desk.ok(*ask[:-2], "--yes", "-", text=LETTER)
    assert (
        other.json("handler", "inbox", *other.key("eve"))["entries"]
        or (other.json("handler", "inbox", *other.key("zoe"))["entries"])
    )


def test_a_refusal_and_a_change_of_mind_leave_it_where_it_is(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    hand_over(desk, other, receipt)
    taking_back = ("report", "take-back", desk.address, "--receipt-fd", Secret(receipt), "-")
    desk.ok(*taking_back, text="I thought better of it.")
    assert "was asked, and the reporter took that back" in status(desk, receipt)
    assert desk.refused(*taking_back, text="Again.") == "unsent"
    hand_over(desk, other, receipt)
    refuse = ("handler", "refuse", *other.key("eve"), other.entry("eve"), "-")
    other.ok(*refuse, text="This is not for us.")
    shown = status(desk, receipt)
    assert f"refused on {desk.today()} to take this report up" in shown
    assert "Meldpunt integriteit has it, as before" in shown
    assert desk.texts("ann")[-1] == "This is not for us."


def test_messages_are_chosen_by_their_number(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt), "-")
    desk.ok(*reply, text="Not for others.")
    shown = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(receipt))
    assert "    number: 2" in shown
    hand_over(desk, other, receipt, "--message", "1")
    desk.texts("ann")
    assert other.texts("eve") == [REPORT, None, LETTER]
    to = ("--to", line_of(other), "--message", "9", "--yes", "-")
    given = ("report", "hand-over", desk.address, "--receipt-fd", Secret(receipt), *to)
    assert desk.run(*given, text=LETTER).exit_code == 2


def test_a_line_that_is_not_on_the_host_is_refused_in_words(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    nowhere = encode_line_id(bytes(20))
    elsewhere = other.address.replace("http://127.0.0.1", "https://elsewhere.example")
    given = ("report", "hand-over", desk.address, "--receipt-fd", Secret(receipt), "--yes")
    for to in (nowhere, elsewhere, line_of(desk)):
        assert desk.refused(*given, "--to", to, "-", text=LETTER) == "unsent"


def test_a_proof_shows_the_line_that_took_it_up(desk: Desk, other: Desk, tmp_path: Path) -> None:
    receipt, kept = code(desk), tmp_path / "proof.json"
    hand_over(desk, other, receipt, "--keep-proof", str(kept))
    desk.texts("ann")
    accept = ("handler", "accept", *other.key("eve"), other.entry("eve"), "-")
    other.ok(*accept, text="We take it up.")
    desk.ok("report", "proof", desk.address, "--receipt-fd", Secret(receipt), kept)
    shown = desk.ok("report", "verify", kept)
    assert "Incomplete" not in shown
    assert "Asked:  Meldpunt integriteit, to take the report up" in shown
    assert "--- acceptance of eve (adviser, Meldpunt integriteit)" in shown
    assert f"| {LETTER}" in shown


def test_a_word_that_ends_what_was_asked_says_so(desk: Desk, other: Desk) -> None:
    receipt = code(desk)
    hand_over(desk, other, receipt)
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    told = "This takes back that the line you asked may take this report up."
    assert told not in desk.run(*reply, "-", text="For both lines.").stderr
    assert told in desk.run(*reply, "--reader", "ann", "-", text="For Ann alone.").stderr
    assert told not in desk.run(*reply, "-", text="There is nothing left to take back.").stderr
