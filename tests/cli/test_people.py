"""Who reads: chosen, let in, left out, taken over; by the command line."""

import json

import pytest

from tests.cli.desk import REPORT, Desk, Secret, sitting


def test_readers_are_named_with_their_roles_before_anything_is_sent(desk: Desk) -> None:
    desk.open_line("ann", "bob", "eve")
    sent = desk.run(
        *("report", "send", desk.address, "--show-receipt", "--no-confirm"),
        *("--reader", "ann", "--reader", "eve", "-"),
        text=REPORT,
    )
    assert "read by: " in sent.stderr
    assert "ann (adviser)" in sent.stderr
    assert "bob" not in sent.output
    assert desk.texts("ann") == desk.texts("eve") == [REPORT]


def test_one_left_out_is_never_drawn_and_sees_no_trace(desk: Desk) -> None:
    desk.open_line("ann", "bob", "eve")
    desk.report("--leave-out", "bob")
    assert desk.texts("ann") == desk.texts("eve") == [REPORT]
    assert desk.json("handler", "inbox", *desk.key("bob"))["entries"] == []


def test_when_nobody_remains_it_is_said_before_a_code_is_shown(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    result = desk.run(
        *("report", "send", desk.address, "--show-receipt", "--no-confirm"),
        *("--leave-out", "ann", "--leave-out", "bob", "-"),
        text=REPORT,
    )
    assert result.exit_code == 1
    assert "Nobody remains" in result.stderr
    assert "Contact [nl]: Bel 030 123 45 67" in result.stderr
    assert "another line" in result.stderr
    assert "Receipt" not in result.stdout
    assert desk.json("handler", "inbox", *desk.key("ann"))["entries"] == []


OTHER = "https://external.example/v1/lines/" + "a" * 32


def _name_other_lines(desk: Desk, *more: str) -> None:
    plan = (desk.folder / "plan.toml").read_text("utf-8")
    named = f'[[other-lines]]\nname = "The authority"\naddress = "{OTHER}"\n'
    desk.ok(
        *("line", "publish", *desk.key("line")),
        desk.file("plan.toml", "\n".join((plan, named, *more))),
    )


@pytest.mark.parametrize("days", [0, 130])
def test_for_whom_nobody_remains_another_line_is_offered(desk: Desk, days: int) -> None:
    """All are left out, or the document is long out of date; and a renewal keeps the offer."""
    desk.open_line("ann", "bob")
    _name_other_lines(desk)
    desk.ok("line", "renew", "--force", *desk.key("line"))
    desk.clock.pass_days(days)
    result = desk.run(
        *("report", "send", desk.address, "--show-receipt", "--no-confirm"),
        *("--leave-out", "ann", "--leave-out", "bob", "-"),
        text=REPORT,
    )
    assert result.exit_code == 1
    assert f"Another line: The authority: meldpunt report send {OTHER}" in result.stderr
    assert "Receipt" not in result.stdout


@pytest.mark.parametrize(
    "named",
    [
        '[[other-lines]]\nname = ""\naddress = "' + OTHER + '"',
        '[[other-lines]]\nname = "The authority"\naddress = "https://external.example"',
        '[[other-lines]]\nname = "The authority"',
        ("[[other-lines]]\nname = 'N'\naddress = '" + OTHER + "'\n") * 21,
    ],
)
def test_a_plan_with_an_unusable_line_is_refused(desk: Desk, named: str) -> None:
    desk.open_line("ann", "bob")
    plan = desk.file("other.toml", (desk.folder / "plan.toml").read_text("utf-8") + named)
    result = desk.run("line", "publish", *desk.key("line"), plan)
    assert result.exit_code == 2
    assert "Unusable in the plan: other" in result.stderr


def test_when_everybody_chosen_has_left_the_reporter_chooses_anew(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    receipt = desk.report("--reader", "ann")
    desk.ok("line", "remove-handler", *desk.key("line"), "ann")
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    assert desk.refused(*reply, "-", text="Anybody?") == "unsent"
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    desk.ok(*reply, "--reader", "bob", "-", text="You, then.")
    assert desk.texts("bob") == [None, "You, then."]


def test_an_admission_is_shown_and_the_reporter_decides(desk: Desk) -> None:
    desk.open_line("ann", "bob", "eve")
    receipt = desk.report("--reader", "ann", "--reader", "bob")
    entry = desk.entry("ann")
    sent = desk.json(
        "handler", "admit", *desk.key("ann"), entry, "eve", "-", text="Eve knows finance."
    )
    assert sent["passedOn"] == 1  # the report; the admission itself was sealed to her
    assert desk.texts("eve") == [REPORT, "Eve knows finance."]
    shown = desk.ok("report", "read", desk.address, "--receipt-fd", Secret(receipt))
    assert "lets in: eve (adviser)" in shown
    assert "eve (adviser) was let in" in shown
    three = [part for name in ("ann", "bob", "eve") for part in ("--reader", name)]
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    desk.ok(*reply, *three, "-", text="Welcome.")
    assert desk.texts("eve") == [REPORT, "Eve knows finance.", "Welcome."]
    status = desk.json("report", "status", desk.address, "--receipt-fd", Secret(receipt))
    assert "admitted" not in status


@pytest.mark.parametrize(("name", "code"), [("eve", "left-out"), ("bob", "reader-not-allowed")])
def test_one_left_out_and_one_who_reads_already_are_not_admitted(
    desk: Desk, name: str, code: str
) -> None:
    desk.open_line("ann", "bob", "eve")
    desk.report("--leave-out", "eve")
    admit = ("handler", "admit", *desk.key("ann"), desk.entry("ann"), name, "-")
    assert desk.refused(*admit, text="Come in.") == code


def test_the_reporter_drops_a_reader_who_then_writes_nothing(desk: Desk) -> None:
    desk.open_line("ann", "bob")
    receipt = desk.report()
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(receipt))
    desk.ok(*reply, "--leave-out", "bob", "-", text="Without Bob.")
    assert desk.texts("ann") == [REPORT, "Without Bob."]
    answer = ("handler", "reply", *desk.key("bob"), desk.entry("bob"), "-")
    assert desk.refused(*answer, text="But I") == "reader-not-allowed"


def _oral(desk: Desk) -> str:
    desk.open_line("ann", "bob")
    shown = desk.ok(
        *("handler", "oral", *desk.key("ann"), "--show-receipt", "--no-confirm", "--json", "-"),
        text=REPORT,
    )
    return shown.split('"receipt": "')[1][:24]


def test_a_caller_takes_over_and_the_given_code_opens_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _oral(desk)
    status = desk.json("report", "status", desk.address, "--receipt-fd", Secret(given))
    assert status["awaitsTakeover"]
    with sitting(monkeypatch) as caller:
        reply = ("report", "reply", desk.address, "--receipt-fd", Secret(given), "-")
        desk.ok(*reply, text="Now it is me.")
    own = caller.shown[-1]
    assert own != given
    assert desk.refused("report", "status", desk.address, "--receipt-fd", Secret(given))
    status = desk.json("report", "status", desk.address, "--receipt-fd", Secret(own))
    assert "awaitsTakeover" not in status
    assert desk.texts("bob")[-1] == "Now it is me."
    assert given not in desk.run("handler", "read", *desk.key("ann"), desk.entry("ann")).output


def test_a_caller_who_does_not_type_the_code_back_has_written_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _oral(desk)
    with sitting(monkeypatch, typed="\x04"):
        reply = ("report", "reply", desk.address, "--receipt-fd", Secret(given), "-")
        assert desk.run(*reply, text="Now it is me.").exit_code == 1
    assert desk.texts("ann") == [REPORT]
    status = desk.json("report", "status", desk.address, "--receipt-fd", Secret(given))
    assert status["awaitsTakeover"]


@pytest.mark.parametrize("writing", ["reply", "withdraw"])
def test_nothing_is_written_under_a_code_that_a_handler_knows(desk: Desk, writing: str) -> None:
    given = _oral(desk)
    text = ("-",) if writing == "reply" else ()
    result = desk.run(
        "report", writing, desk.address, "--receipt-fd", Secret(given), *text, text="Hello."
    )
    assert result.exit_code == 2
    assert desk.texts("ann") == [REPORT]


def test_who_wrote_a_report_down_is_shown_and_that_they_know_the_code(desk: Desk) -> None:
    given = _oral(desk)
    shown = desk.ok("handler", "read", *desk.key("bob"), desk.entry("bob"))
    assert "written down by ann (adviser) for somebody" in shown
    [message] = desk.json("handler", "read", *desk.key("bob"), desk.entry("bob"))["messages"]
    document = desk.json("line", "show", desk.address)["document"]
    assert message["writtenDownBy"] == document["handlers"][0]["id"]
    for what in ("status", "read"):
        shown = desk.ok("report", what, desk.address, "--receipt-fd", Secret(given))
        assert "WARNING: Somebody else knows this code" in shown
        assert "meldpunt report take-over ADDRESS" in shown
    take = ("report", "take-over", desk.address, "--show-receipt", "--no-confirm", "--json")
    own = desk.ok(*take, "--receipt-fd", Secret(given)).split('"receipt": "')[1][:24]
    assert desk.refused("report", "status", desk.address, "--receipt-fd", Secret(given))
    shown = desk.ok("report", "status", desk.address, "--receipt-fd", Secret(own))
    assert "WARNING" not in shown
    thread = desk.json("handler", "read", *desk.key("bob"), desk.entry("bob"))
    assert thread["alarms"] == []
    assert [m["tag"] for m in thread["messages"]] == ["report", "succession"]
    desk.ok("handler", "reply", *desk.key("bob"), desk.entry("bob"), "-", text="For you alone.")
    found = desk.json("report", "read", desk.address, "--receipt-fd", Secret(own))
    assert found["messages"][-1]["content"]["text"] == "For you alone."


def test_a_caller_who_takes_over_chooses_who_reads_on(desk: Desk) -> None:
    given = _oral(desk)
    take = ("report", "take-over", desk.address, "--show-receipt", "--no-confirm", "--json")
    assert desk.run(*take, "--reader", "ann", "--leave-out", "nobody", "--receipt-fd",
                    Secret(given)).exit_code == 2  # fmt: skip
    shown = desk.ok(*take, "--leave-out", "ann", "--receipt-fd", Secret(given))
    own = shown.split('"receipt": "')[1][:24]
    said = json.loads(shown.splitlines()[-1])
    assert len(said["readers"]) == 1
    reply = ("report", "reply", desk.address, "--receipt-fd", Secret(own), "-")
    desk.ok(*reply, text="Not for Ann.")
    assert desk.texts("bob")[-1] == "Not for Ann."
    assert desk.texts("ann")[1:] == [None, None]


def test_a_program_takes_over_once_and_not_twice(desk: Desk) -> None:
    given = _oral(desk)
    take = ("report", "take-over", desk.address, "--show-receipt", "--no-confirm", "--json")
    shown = desk.ok(*take, "--receipt-fd", Secret(given))
    own = shown.split('"receipt": "')[1][:24]
    assert desk.refused(*take[:-1], "--receipt-fd", Secret(given)) == "not-found"
    assert desk.refused(*take[:-1], "--receipt-fd", Secret(own)) == "unsent"


def test_the_code_of_a_call_is_shown_and_asked_back_before_it_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open_line("ann", "bob")
    with sitting(monkeypatch) as taker:
        sent = desk.ok("handler", "oral", *desk.key("ann"), "--leave-out", "bob", "-", text=REPORT)
    assert taker.shown[-1] not in sent
    assert f"meldpunt report take-over {desk.address}" in sent
    assert desk.texts("ann") == [REPORT]
    assert desk.json("handler", "inbox", *desk.key("bob"))["entries"] == []
