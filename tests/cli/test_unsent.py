"""A message whose answer did not come: kept, sent again as the same, and shown where it arrived."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from meldpunt.cli.terminal.prompts import Terminal
from meldpunt.client.http.api import EntryApi, ReportApi
from meldpunt.client.http.errors import ProblemError, UnreachableError
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ReportPut
from tests.cli.command_line import CommandLine, Secret


@contextmanager
def losing(
    monkeypatch: pytest.MonkeyPatch,
    api: type[ReportApi | EntryApi],
    *,
    arrives: bool,
    error: Callable[[], Exception] = UnreachableError,
) -> Iterator[None]:
    """Lose the answer to a message, or the message itself."""
    put = api.put_message

    async def lost(self: Any, message: SealedMessage) -> object:  # noqa: ANN401 (of either kind)
        if arrives:
            await put(self, message)
        raise error()

    with monkeypatch.context() as patch:
        patch.setattr(api, "put_message", lost)
        patch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
        yield


def report(cli: CommandLine, receipt: str, command: str, *rest: str | Path) -> dict[str, Any]:
    code = ("--receipt-fd", Secret(receipt))
    return cli.json("report", command, cli.address, *code, *rest)


def texts(cli: CommandLine, name: str) -> list[str]:
    messages = cli.json("handler", "read", *cli.key(name), cli.entry(name))["messages"]
    return [message["content"]["text"] for message in messages][1:]


@pytest.mark.parametrize("arrives", [True, False])
def test_what_a_reporter_sends_again_arrives_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    reply = ("report", "reply", cli.address, "--receipt-fd", Secret(receipt))
    letter = cli.file("letter.txt", "More about the invoices.")
    with losing(monkeypatch, ReportApi, arrives=arrives):
        refused = cli.run(*reply, "--unsent", kept, letter, "--json")
    told = json.loads(refused.stderr.splitlines()[-1])
    assert told["error"] == "unreachable"
    assert "cannot duplicate" not in told["message"]
    assert "message 2 of yours" in told["message"]
    assert f"meldpunt report resend {cli.address}" in told["message"]
    newest = report(cli, receipt, "status")["newestOfYours"]
    assert newest["n"] == (1 if arrives else 0)
    data = kept.read_bytes()
    assert b"invoices" not in data
    assert b"reporter" not in data
    assert kept.stat().st_mode & 0o777 == 0o600
    sent = report(cli, receipt, "resend", kept)
    assert report(cli, receipt, "status")["newestOfYours"]["messageId"] == sent["messageId"]
    assert not kept.exists()
    assert texts(cli, "ann") == ["More about the invoices."]


@pytest.mark.parametrize("arrives", [True, False])
def test_what_a_handler_sends_again_arrives_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    cli.open_line("ann").report()
    kept, letter = cli.folder / "kept", cli.file("letter.txt", "We have read this.")
    entry, key = cli.entry("ann"), cli.key("ann")
    with losing(monkeypatch, EntryApi, arrives=arrives):
        code = cli.refused("handler", "acknowledge", *key, "--unsent", kept, entry, letter)
    assert code == "unreachable"
    cli.json("handler", "resend", *key, entry, kept)
    assert not kept.exists()
    assert texts(cli, "ann") == ["We have read this."]


def test_a_kept_message_is_not_sent_after_another_one_took_its_number(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    first, second = cli.file("first.txt", "First."), cli.file("second.txt", "Second.")
    code = ("--receipt-fd", Secret(receipt))
    with losing(monkeypatch, ReportApi, arrives=False):
        cli.refused("report", "reply", cli.address, *code, "--unsent", kept, first)
    report(cli, receipt, "reply", second)
    assert cli.refused("report", "resend", cli.address, *code, kept) == "message-number-taken"
    assert not kept.exists()
    assert texts(cli, "ann") == ["Second."]


def test_what_is_kept_is_sent_in_its_own_report_only_and_never_overwritten(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    letter, other = cli.file("letter.txt", "First."), cli.report()
    code = ("--receipt-fd", Secret(receipt))
    with losing(monkeypatch, ReportApi, arrives=False):
        cli.refused("report", "reply", cli.address, *code, "--unsent", kept, letter)
    before = kept.read_bytes()
    foreign = ("--receipt-fd", Secret(other))
    assert cli.refused("report", "resend", cli.address, *foreign, kept) == "unsent-file"
    cli.refused("report", "reply", cli.address, *code, "--unsent", kept, letter)
    assert kept.read_bytes() == before
    assert report(cli, receipt, "status")["newestOfYours"]["n"] == 0


def test_without_a_file_the_count_shows_whether_it_arrived(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, letter = cli.open_line("ann").report(), cli.file("letter.txt", "First.")
    code = ("--receipt-fd", Secret(receipt))
    with losing(monkeypatch, ReportApi, arrives=True):
        answer = cli.run("report", "reply", cli.address, *code, letter)
    assert "message 2 of yours" in answer.output
    assert "that makes a second message" in answer.output
    shown = cli.ok("report", "status", cli.address, *code)
    assert f"Messages of yours that arrived: 2, the newest on {cli.today()}." in shown


def test_a_person_who_gives_up_is_asked_where_to_keep_it(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, letter = cli.open_line("ann").report(), cli.file("letter.txt", "First.")
    kept, said = cli.folder / "kept", io.StringIO()

    @contextmanager
    def person() -> Iterator[Terminal]:
        yield Terminal(io.StringIO(f"n\n{kept}\n" if not said.getvalue() else f"{kept}\n"), said)

    code = ("--receipt-fd", Secret(receipt))
    with losing(monkeypatch, ReportApi, arrives=True), monkeypatch.context() as patch:
        patch.setattr("meldpunt.cli.terminal.session.terminal", person)
        answer = cli.run("report", "reply", cli.address, *code, letter)
    assert "Keep it, sealed, to send it later?" in said.getvalue()
    assert f"It is kept, sealed, in {kept}" in " ".join(answer.output.split())
    report(cli, receipt, "resend", kept)
    assert texts(cli, "ann") == ["First."]


@pytest.mark.parametrize("kind", [ProblemType.INTERNAL, ProblemType.BUSY])
def test_a_host_that_fails_may_have_it_all_the_same(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, kind: ProblemType
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    letter, code = cli.file("letter.txt", "First."), ("--receipt-fd", Secret(receipt))
    with losing(monkeypatch, ReportApi, arrives=True, error=lambda: ProblemError(kind)):
        answer = cli.run("report", "reply", cli.address, *code, "--unsent", kept, letter)
    assert answer.exit_code == 1
    assert "It is not known whether it arrived." in answer.output
    assert "cannot duplicate" not in answer.output
    report(cli, receipt, "resend", kept)
    assert texts(cli, "ann") == ["First."]


def test_what_the_host_refuses_is_not_kept(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    letter, code = cli.file("letter.txt", "First."), ("--receipt-fd", Secret(receipt))
    refusing = lambda: ProblemError(ProblemType.NOT_ALLOWED_NOW)  # noqa: E731 (one test's)
    with losing(monkeypatch, ReportApi, arrives=False, error=refusing):
        given = (*code, "--unsent", kept, letter)
        assert cli.refused("report", "reply", cli.address, *given) == "not-allowed-now"
    assert not kept.exists()


@pytest.mark.parametrize("arrives", [True, False])
def test_files_that_are_sent_again_arrive_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    receipt, kept = cli.open_line("ann").report(), cli.folder / "kept"
    code = ("--receipt-fd", Secret(receipt))
    letter = cli.file("letter.txt", "A letter.")
    attach = ("report", "attach", cli.address, *code, "--send-uncleaned", "--unsent", kept, letter)
    with losing(monkeypatch, ReportApi, arrives=arrives):
        assert cli.refused(*attach) == "unreachable"
    sent = report(cli, receipt, "resend", kept)
    assert report(cli, receipt, "status")["newestOfYours"]["messageId"] == sent["messageId"]
    assert not kept.exists()
    files = cli.json("handler", "files", *cli.key("ann"), cli.entry("ann"))["files"]
    assert [file["name"] for file in files] == ["letter.txt"]


@pytest.mark.parametrize("arrives", [True, False])
def test_a_takeover_that_is_sent_again_puts_the_same_code_in_force(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    old, kept = cli.open_line("ann").report(), cli.folder / "kept"
    code = ("--receipt-fd", Secret(old))
    told = ("--show-receipt", "--no-confirm", "--unsent", kept)
    with losing(monkeypatch, ReportApi, arrives=arrives):
        refused = cli.run("report", "take-over", cli.address, *code, *told, "--json")
    assert refused.exit_code == 1
    assert "with the new code or, if it did not arrive, with the old one" in refused.stderr
    new = json.loads(refused.stdout.splitlines()[0])["receipt"]
    report(cli, old, "resend", kept)
    assert not kept.exists()
    assert report(cli, new, "status")["newestOfYours"]["n"] == 1
    assert cli.refused("report", "status", cli.address, *code)
    assert len(texts(cli, "ann")) == 1


def _asking(cli: CommandLine) -> tuple[CommandLine, tuple[str | Path | Secret, ...]]:
    """Return another line, and the command by which ann of the first one asks it."""
    cli.open_line("ann")
    folder = cli.folder / "asked"
    folder.mkdir()
    other = replace(cli, folder=folder, address="").open_line("carol", "dora")
    return other, ("handler", "consult", *cli.key("ann"), "--to", other.address, "--yes")


@pytest.mark.parametrize("arrives", [True, False])
def test_a_question_that_is_sent_again_is_one_consultation(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    other, consult = _asking(cli)
    kept, letter = cli.folder / "kept", cli.file("case.txt", "What would you do?")
    put = ReportApi.put_report

    async def lost(self: ReportApi, sent: ReportPut) -> object:
        if arrives:
            await put(self, sent)
        raise UnreachableError

    with monkeypatch.context() as patch:
        patch.setattr(ReportApi, "put_report", lost)
        patch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
        refused = cli.run(*consult, "--unsent", kept, letter, "--json")
    assert "handler consultation resend --key-file KEYFILE 1 FILE" in refused.stderr
    cli.json("handler", "consultation", "resend", *cli.key("ann"), "1", kept)
    assert not kept.exists()
    assert len(cli.json("handler", "consultations", *cli.key("ann"))["consultations"]) == 1
    assert len(other.json("handler", "inbox", *other.key("carol"))["entries"]) == 1


def test_what_a_line_takes_only_later_stays_kept(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, consult = _asking(cli)
    kept, letter = cli.folder / "kept", cli.file("case.txt", "What would you do?")

    async def limited(_: ReportApi, __: ReportPut) -> object:
        raise ProblemError(ProblemType.LINE_LIMITED, retry_after=60)

    with monkeypatch.context() as patch:
        patch.setattr(ReportApi, "put_report", limited)
        assert cli.refused(*consult, "--unsent", kept, letter) == "line-limited"
        again = ("handler", "consultation", "resend", *cli.key("ann"), "1", kept)
        assert cli.refused(*again) == "line-limited"
    assert kept.exists()
    cli.json(*again)
    assert not kept.exists()
    assert len(other.json("handler", "inbox", *other.key("carol"))["entries"]) == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_a_reply_in_a_consultation_that_is_sent_again_arrives_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    other, consult = _asking(cli)
    kept, letter = cli.folder / "kept", cli.file("case.txt", "What would you do?")
    cli.ok(*consult, letter)
    reply = ("handler", "consultation", "reply", *cli.key("ann"), "--unsent", kept, "1", letter)
    with losing(monkeypatch, ReportApi, arrives=arrives):
        assert cli.refused(*reply) == "unreachable"
    foreign = cli.run("handler", "consultation", "resend", *cli.key("ann"), "2", kept)
    assert foreign.exit_code == 2
    cli.json("handler", "consultation", "resend", *cli.key("ann"), "1", kept)
    assert not kept.exists()
    assert texts(other, "carol") == ["What would you do?"]


def test_an_admission_that_is_sent_again_arrives_once(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.open_line("ann", "bob").report("--reader", "ann")
    kept, why, entry = cli.folder / "kept", cli.file("why.txt", "Bob knows more."), cli.entry("ann")
    with losing(monkeypatch, EntryApi, arrives=True):
        admit = ("handler", "admit", *cli.key("ann"), "--unsent", kept, entry, "bob", why)
        assert cli.refused(*admit) == "unreachable"
    cli.json("handler", "resend", *cli.key("ann"), entry, kept)
    assert not kept.exists()
    assert texts(cli, "ann") == ["Bob knows more."]
