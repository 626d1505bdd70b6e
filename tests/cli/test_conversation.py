"""The whole job by the program alone, against a real host in its own process."""

from datetime import timedelta
from typing import Any

from meldpunt.client import utc_today
from tests.cli.conftest import NAMES, Office


def read(office: Office, handler: int, entry: str) -> Any:  # noqa: ANN401 (JSON)
    return office.program.keys("handler", "read", "--key-file", f"{handler}.key", entry)


def say(office: Office, handler: int, what: str, entry: str, text: str) -> Any:  # noqa: ANN401 (JSON)
    return office.program.keys(
        "handler", what, "--key-file", f"{handler}.key", entry, "-", text=text
    )


def report(office: Office, what: str, receipt: str, *more: str, text: str = "") -> Any:  # noqa: ANN401 (JSON)
    arguments = ("report", what, "--receipt-fd", "{fd}", office.address, *more)
    return office.program.ok(*arguments, secret=receipt, text=text)


def texts(thread: Any) -> list[str | None]:  # noqa: ANN401 (JSON)
    return [message.get("content", {}).get("text") for message in thread["messages"]]


def test_a_report_is_followed_from_the_receipt_to_the_closing(office: Office) -> None:
    receipt = office.submit("Er ging iets mis.\nTwee keer.", 0, 1)
    [entry] = office.new_entries(0)
    assert texts(read(office, 0, entry)) == ["Er ging iets mis.\nTwee keer."]
    assert office.new_entries(2) == []
    say(office, 0, "acknowledge", entry, "Ontvangen.")
    say(office, 0, "reply", entry, "Wanneer?")
    status = report(office, "status", receipt)
    assert (status["state"], status["readable"]) == ("acknowledged", 2)
    assert {clock["name"] for clock in status["clocks"]} == {"acknowledgement", "feedback"}
    assert texts(report(office, "read", receipt)) == [None, "Ontvangen.", "Wanneer?"]
    report(office, "reply", receipt, "-", text="In maart.")
    [theirs] = office.new_entries(1)
    assert texts(read(office, 1, theirs))[-1] == "In maart."
    say(office, 1, "feedback", theirs, "Hersteld.")
    say(office, 1, "close", theirs, "Dank.")
    assert report(office, "status", receipt)["state"] == "closed"
    report(office, "reopen", receipt, "-", text="Toch niet.")
    assert report(office, "status", receipt)["state"] == "feedback-given"
    thread = report(office, "read", receipt)
    assert (thread["alarms"], thread["notices"]) == ([], [])


def test_a_withdrawal_erases_at_once_if_asked(office: Office) -> None:
    receipt = office.submit("A mistake.")
    [entry] = office.new_entries(0)
    report(office, "withdraw", receipt)
    thread = report(office, "status", receipt)
    assert (thread["state"], thread["erased"]) == ("withdrawn", False)
    assert texts(read(office, 0, entry))[-1] == "Ik trek mijn melding in."
    report(office, "withdraw", receipt, "--now", "--language", "en")
    thread = report(office, "status", receipt)
    assert (thread["erased"], thread["messageCount"]) == (True, 1)
    assert texts(read(office, 0, entry)) == [None]


def test_a_note_and_a_pause(office: Office) -> None:
    receipt = office.submit()
    [entry] = office.new_entries(0)
    program = office.program
    program.keys("handler", "reply", "--note", "--key-file", "0.key", entry, "-", text="You or I?")
    until = (utc_today() + timedelta(days=60)).isoformat()
    program.keys(
        *("handler", "pause", "--until", until, "--key-file", "0.key", entry, "-"),
        text="The archive is closed.",
    )
    thread = report(office, "read", receipt)
    assert [m["access"] for m in thread["messages"]] == ["own", "not-for-you", "opened"]
    assert all(clock["dueOn"] > until for clock in thread["clocks"])


def test_a_pause_of_years_is_refused_in_words(office: Office) -> None:
    office.submit()
    [entry] = office.new_entries(0)
    done = office.program.run(
        *("handler", "pause", "--until", "2999-01-01", "--key-file", "0.key", entry, "-"),
        *("--passphrase-fd", "{fd}"),
        text="The archive is closed.",
        secret="correct horse battery staple",
    )
    assert done.code == 1
    assert "within a year" in done.err


def test_a_handler_left_out_by_name_sees_no_trace(office: Office) -> None:
    office.new_entries(1)
    done = office.program.run(
        *("report", "send", "--json", "--show-receipt", "--no-confirm"),
        *("--leave-out", NAMES[1], office.address, "-"),
        text="About him.",
    )
    assert done.code == 0, done.err
    assert set(done.lines[1]["readers"]) == {office.ids[0], office.ids[2]}
    assert office.new_entries(1) == []
    assert len(office.new_entries(0)) == 1


def test_a_later_reply_can_drop_a_reader(office: Office) -> None:
    receipt = office.submit("A report.", 0, 1)
    report(office, "reply", receipt, "-", "--leave-out", office.ids[0], text="Not for 0.")
    [entry] = office.new_entries(0)
    assert texts(read(office, 0, entry)) == ["A report.", None]
    done = office.program.run(
        *("report", "reply", "--receipt-fd", "{fd}", "--reader", office.ids[0]),
        *("--json", office.address, "-"),
        secret=receipt,
        text="Or is it?",
    )
    assert done.code == 1
    assert '"error": "reader-not-allowed"' in done.err


def test_renewing_keys_is_safe_at_any_time(office: Office) -> None:
    office.submit()
    for _ in range(2):
        done = office.program.keys("handler", "rotate", "--key-file", "0.key")
        counts = {"rewrapped": 0, "forgotten": 0, "closed": 0}
        lists = ("pastTerm", "alarms", "notices", "waiting", "givenUp", "foreign")
        assert done == counts | {name: [] for name in lists}
    [entry] = office.new_entries(0)
    assert texts(read(office, 0, entry)) == ["A report."]


def test_what_a_person_reads_has_names_days_and_words(office: Office) -> None:
    receipt = office.submit("\x1b[31mred\x1b[0m \u202etxt.exe")
    [entry] = office.new_entries(0)
    program = office.program
    shown = program.run(
        "handler", "read", "--key-file", "0.key", "--passphrase-fd", "{fd}", entry,
        secret="correct horse battery staple",
    )  # fmt: skip
    assert shown.code == 0, shown.err
    assert "report of reporter" in shown.out
    assert "Noor Bakker (adviser)" in shown.out
    assert "Sem Visser (adviser)" in shown.out
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    say(office, 0, "acknowledge", entry, "Ontvangen.")
    shown = program.run("report", "read", "--receipt-fd", "-", office.address, text=receipt)
    assert "acknowledgement of Noor Bakker (adviser)" in shown.out
    assert "Ontvangen." in shown.out
    assert "State:     acknowledged" in shown.out
    inbox = program.run(
        "handler", "inbox", "--key-file", "0.key", "--passphrase-fd", "{fd}",
        secret="correct horse battery staple",
    )  # fmt: skip
    assert entry in inbox.out
    assert "feedback due on" in inbox.out


def test_a_line_is_shown_with_its_promises(office: Office) -> None:
    shown = office.program.run("line", "show", office.address)
    assert shown.code == 0, shown.err
    for part in (
        "Meldpunt integriteit [nl]",
        "Document ",
        "Noor Bakker (adviser)",
        "7 days",
        "Call us on 088",
    ):
        assert part in shown.out
    newest = office.program.ok("line", "show", office.address)["address"]
    assert newest.partition("#")[0] == office.address.partition("#")[0]


def test_a_handler_leaves_and_another_comes(own_office: Office) -> None:
    office, program = own_office, own_office.program
    entry = program.keys(
        *("handler", "init", office.address, "--name", "New", "--role", "adviser"),
        *("--key-file", "new.key"),
    )
    (program.folder / "new.json").write_text(program.said[-2])
    published = program.keys(
        *("line", "publish", "--key-file", "line.key", "--handler", "new.json"),
        *("--remove", NAMES[0], "line"),
    )
    assert published["document"]["number"] == 2
    handlers = published["document"]["handlers"]
    assert [h["name"] for h in handlers] == [*NAMES, "New"]
    assert "until" in handlers[0]
    assert handlers[3]["signingKey"] == entry["signingKey"]
    assert program.keys("handler", "publish-keys", "--key-file", "new.key")["until"]
    gone = program.run(
        *("handler", "inbox", "--key-file", "0.key", "--passphrase-fd", "{fd}", "--json"),
        secret="correct horse battery staple",
    )
    assert gone.code == 1
    assert '"error": "not-found"' in gone.err
