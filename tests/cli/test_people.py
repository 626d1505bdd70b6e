"""Who reads: chosen, let in, left out, taken over; by the command line."""

import json

import pytest

from tests.cli.command_line import REPORT, CommandLine, Secret, person_at_terminal
from tests.support.line_folder import LINE, write_line_folder


def test_readers_are_named_with_their_roles_before_anything_is_sent(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    sent = cli.run(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm"),
        *("--reader", "ann", "--reader", "eve", "-"),
        text=REPORT,
    )
    assert "read by: " in sent.stderr
    assert "ann (adviser)" in sent.stderr
    assert "bob" not in sent.output.replace(cli.address, "")
    assert cli.texts("ann") == cli.texts("eve") == [REPORT]


def test_one_left_out_is_never_drawn_and_sees_no_trace(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    cli.report("--leave-out", "bob")
    assert cli.texts("ann") == cli.texts("eve") == [REPORT]
    assert cli.json("handler", "inbox", *cli.key("bob"))["entries"] == []


@pytest.mark.parametrize(
    "typed",
    [
        "zoe\u0308 de vries-smit",
        "ZO\u00cb  de\u00a0Vries\u2010Smit ",
        "Zo\u00eb de Vries\u2011Smit",
        "\ufeffZo\u00eb de\u200b Vries-Smit",
    ],
)
def test_a_name_is_found_however_a_keyboard_gives_it(cli: CommandLine, typed: str) -> None:
    cli.open_line("bob", "Zo\u00eb de Vries-Smit")
    cli.report("--leave-out", typed)
    assert cli.texts("bob") == [REPORT]
    assert cli.json("handler", "inbox", *cli.key("Zo\u00eb de Vries-Smit"))["entries"] == []


def test_a_name_that_is_nobodys_is_told_with_the_nearest(cli: CommandLine) -> None:
    cli.open_line("bob", "Zo\u00eb de Vries")
    send = ("report", "send", cli.address, "--show-receipt", "--no-confirm", "-")
    refused = cli.run(*send, "--leave-out", "Zoe de Vris", text=REPORT)
    assert "Do you mean Zo\u00eb de Vries?" in refused.stderr
    assert "Nothing was sent" in refused.stderr
    assert "Do you mean" not in cli.run(*send, "--leave-out", "somebody", text=REPORT).stderr
    assert cli.json("handler", "inbox", *cli.key("bob"))["entries"] == []


def test_when_nobody_remains_it_is_said_before_a_code_is_shown(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    result = cli.run(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm"),
        *("--leave-out", "ann", "--leave-out", "bob", "-"),
        text=REPORT,
    )
    assert result.exit_code == 1
    assert "Nobody remains" in result.stderr
    assert "Contact [nl]: Bel ons op 088 555 00 00" in result.stderr
    assert "another line" in result.stderr
    assert "Receipt" not in result.stdout
    assert cli.json("handler", "inbox", *cli.key("ann"))["entries"] == []


OTHER = "https://external.invalid/v1/lines/" + "a" * 32


def _name_other_lines(cli: CommandLine) -> None:
    named = f"otherLines:\n  - name: The authority\n    address: {OTHER}\n"
    line = write_line_folder(cli.folder / "line", line=LINE + named)
    cli.ok("line", "publish", *cli.key("line"), line)


@pytest.mark.parametrize("days", [0, 130])
def test_for_whom_nobody_remains_another_line_is_offered(cli: CommandLine, days: int) -> None:
    """All are left out, or the document is long out of date; and a renewal keeps the offer."""
    cli.open_line("ann", "bob")
    _name_other_lines(cli)
    cli.ok("line", "renew", "--force", *cli.key("line"))
    cli.clock.pass_days(days)
    result = cli.run(
        *("report", "send", cli.address, "--show-receipt", "--no-confirm"),
        *("--leave-out", "ann", "--leave-out", "bob", "-"),
        text=REPORT,
    )
    assert result.exit_code == 1
    assert f"Another line: The authority: meldpunt report send {OTHER}" in result.stderr
    assert ("If that is wrong, set it right first" in result.stderr) == (days > 0)
    assert "Receipt" not in result.stdout


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("- {name: '', address: " + OTHER + "}", "this text is empty"),
        ("- {name: The authority, address: 'https://external.invalid'}", "not the address of a"),
        ("- {name: The authority}", "'address' is missing"),
        (f"- {{name: N, address: {OTHER}}}\n  " * 21, "0 to 20 items"),
    ],
)
def test_another_line_that_cannot_be_used_is_told(cli: CommandLine, named: str, told: str) -> None:
    cli.open_line("ann", "bob")
    line = write_line_folder(cli.folder / "line", line=f"{LINE}otherLines:\n  {named}\n")
    result = cli.run("line", "publish", *cli.key("line"), line)
    assert result.exit_code == 1
    assert told in result.stderr


def test_when_everybody_chosen_has_left_the_reporter_chooses_anew(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    receipt = cli.report("--reader", "ann")
    cli.ok("line", "remove-handler", *cli.key("line"), "ann")
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    assert cli.refused(*reply, "-", text="Anybody?") == "unsent"
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    cli.ok(*reply, "--reader", "bob", "-", text="You, then.")
    assert cli.texts("bob") == [None, "You, then."]


def test_an_admission_is_shown_and_the_reporter_decides(cli: CommandLine) -> None:
    cli.open_line("ann", "bob", "eve")
    receipt = cli.report("--reader", "ann", "--reader", "bob")
    entry = cli.entry("ann")
    sent = cli.json(
        "handler", "admit", *cli.key("ann"), entry, "eve", "-", text="Eve knows finance."
    )
    assert sent["passedOn"] == 1  # the report; the admission itself was sealed to her
    assert cli.texts("eve") == [REPORT, "Eve knows finance."]
    shown = cli.ok("report", "read", cli.address, "--receipt-fd", Secret(receipt))
    assert "lets in: eve (adviser)" in shown
    assert "eve (adviser) was let in" in shown
    three = [part for name in ("ann", "bob", "eve") for part in ("--reader", name)]
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    cli.ok(*reply, *three, "-", text="Welcome.")
    assert cli.texts("eve") == [REPORT, "Eve knows finance.", "Welcome."]
    status = cli.json("report", "status", cli.address, "--receipt-fd", Secret(receipt))
    assert "admitted" not in status


@pytest.mark.parametrize(("name", "code"), [("eve", "left-out"), ("bob", "reader-not-allowed")])
def test_one_left_out_and_one_who_reads_already_are_not_admitted(
    cli: CommandLine, name: str, code: str
) -> None:
    cli.open_line("ann", "bob", "eve")
    cli.report("--leave-out", "eve")
    admit = ("handler", "admit", *cli.key("ann"), cli.entry("ann"), name, "-")
    assert cli.refused(*admit, text="Come in.") == code


def test_the_reporter_drops_a_reader_who_then_writes_nothing(cli: CommandLine) -> None:
    cli.open_line("ann", "bob")
    receipt = cli.report()
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    cli.ok(*reply, "--leave-out", "bob", "-", text="Without Bob.")
    assert cli.texts("ann") == [REPORT, "Without Bob."]
    answer = ("handler", "reply", *cli.key("bob"), cli.entry("bob"), "-")
    assert cli.refused(*answer, text="But I") == "reader-not-allowed"


def _oral(cli: CommandLine) -> str:
    cli.open_line("ann", "bob")
    shown = cli.ok(
        *("handler", "oral", *cli.key("ann"), "--show-receipt", "--no-confirm", "--json", "-"),
        text=REPORT,
    )
    return shown.split('"receipt": "')[1][:24]


def test_a_caller_takes_over_and_the_given_code_opens_nothing(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _oral(cli)
    status = cli.json("report", "status", cli.address, "--receipt-fd", Secret(given))
    assert status["awaitsTakeover"]
    with person_at_terminal(monkeypatch) as caller:
        reply = ("report", "reply", cli.address, "--receipt-fd", Secret(given), "-")
        cli.ok(*reply, text="Now it is me.")
    own = caller.shown[-1]
    assert own != given
    assert cli.refused("report", "status", cli.address, "--receipt-fd", Secret(given))
    status = cli.json("report", "status", cli.address, "--receipt-fd", Secret(own))
    assert "awaitsTakeover" not in status
    assert cli.texts("bob")[-1] == "Now it is me."
    assert given not in cli.run("handler", "read", *cli.key("ann"), cli.entry("ann")).output


def test_a_caller_who_does_not_type_the_code_back_has_written_nothing(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _oral(cli)
    with person_at_terminal(monkeypatch, typed="\x04"):
        reply = ("report", "reply", cli.address, "--receipt-fd", Secret(given), "-")
        assert cli.run(*reply, text="Now it is me.").exit_code == 1
    assert cli.texts("ann") == [REPORT]
    status = cli.json("report", "status", cli.address, "--receipt-fd", Secret(given))
    assert status["awaitsTakeover"]


@pytest.mark.parametrize("writing", ["reply", "withdraw"])
def test_nothing_is_written_under_a_code_that_a_handler_knows(
    cli: CommandLine, writing: str
) -> None:
    given = _oral(cli)
    text = ("-",) if writing == "reply" else ()
    result = cli.run(
        "report", writing, cli.address, "--receipt-fd", Secret(given), *text, text="Hello."
    )
    assert result.exit_code == 2
    assert cli.texts("ann") == [REPORT]


def test_who_wrote_a_report_down_is_shown_and_that_they_know_the_code(cli: CommandLine) -> None:
    given = _oral(cli)
    shown = cli.ok("handler", "read", *cli.key("bob"), cli.entry("bob"))
    assert "written down by ann (adviser) for somebody" in shown
    [message] = cli.json("handler", "read", *cli.key("bob"), cli.entry("bob"))["messages"]
    document = cli.json("line", "show", cli.address)["document"]
    assert message["writtenDownBy"] == document["handlers"][0]["id"]
    for what in ("status", "read"):
        shown = cli.ok("report", what, cli.address, "--receipt-fd", Secret(given))
        assert "WARNING: Somebody else knows this code" in shown
        assert "meldpunt report take-over ADDRESS" in shown
    take = ("report", "take-over", cli.address, "--show-receipt", "--no-confirm", "--json")
    own = cli.ok(*take, "--receipt-fd", Secret(given)).split('"receipt": "')[1][:24]
    assert cli.refused("report", "status", cli.address, "--receipt-fd", Secret(given))
    shown = cli.ok("report", "status", cli.address, "--receipt-fd", Secret(own))
    assert "WARNING" not in shown
    thread = cli.json("handler", "read", *cli.key("bob"), cli.entry("bob"))
    assert thread["alarms"] == []
    assert [m["tag"] for m in thread["messages"]] == ["report", "succession"]
    cli.ok("handler", "reply", *cli.key("bob"), cli.entry("bob"), "-", text="For you alone.")
    found = cli.json("report", "read", cli.address, "--receipt-fd", Secret(own))
    assert found["messages"][-1]["content"]["text"] == "For you alone."


def test_a_caller_who_takes_over_chooses_who_reads_on(cli: CommandLine) -> None:
    given = _oral(cli)
    take = ("report", "take-over", cli.address, "--show-receipt", "--no-confirm", "--json")
    assert cli.run(*take, "--reader", "ann", "--leave-out", "nobody", "--receipt-fd",
                    Secret(given)).exit_code == 2  # fmt: skip
    shown = cli.ok(*take, "--leave-out", "ann", "--receipt-fd", Secret(given))
    own = shown.split('"receipt": "')[1][:24]
    said = json.loads(shown.splitlines()[-1])
    assert len(said["readers"]) == 1
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(own), "-")
    cli.ok(*reply, text="Not for Ann.")
    assert cli.texts("bob")[-1] == "Not for Ann."
    assert cli.texts("ann")[1:] == [None, None]


def test_a_program_takes_over_once_and_not_twice(cli: CommandLine) -> None:
    given = _oral(cli)
    take = ("report", "take-over", cli.address, "--show-receipt", "--no-confirm", "--json")
    shown = cli.ok(*take, "--receipt-fd", Secret(given))
    own = shown.split('"receipt": "')[1][:24]
    assert cli.refused(*take[:-1], "--receipt-fd", Secret(given)) == "not-found"
    assert cli.refused(*take[:-1], "--receipt-fd", Secret(own)) == "unsent"


def test_the_code_of_a_call_is_shown_and_asked_back_before_it_is_sent(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann", "bob")
    with person_at_terminal(monkeypatch) as taker:
        sent = cli.ok("handler", "oral", *cli.key("ann"), "--leave-out", "bob", "-", text=REPORT)
    assert taker.shown[-1] not in sent
    assert f"meldpunt report take-over {cli.address}" in sent
    assert cli.texts("ann") == [REPORT]
    assert cli.json("handler", "inbox", *cli.key("bob"))["entries"] == []
