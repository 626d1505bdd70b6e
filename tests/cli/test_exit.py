"""How the program ends: no code is lost or shown by an error, and programs can read every error."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from meldpunt.cli import main
from meldpunt.client import CertificateError, Handler, Reporter, UnreachableError, Visit
from meldpunt.protocol.receipt import make_receipt
from tests.cli.command_line import REPORT, CommandLine, Secret, person_at_terminal
from tests.cli.conftest import Office
from tests.cli.program import PROGRAM, Program

CODE = make_receipt(bytes(range(12)))
SEND = ("--show-receipt", "--no-confirm", "-")


@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_code_that_cannot_be_printed_is_not_sent_under(
    office: Office, where: str, more: tuple[str, ...]
) -> None:
    for handler in range(3):
        office.new_entries(handler)
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'exec "$@" {where}',
            "sh",
            *PROGRAM,
            "report",
            "send",
            *more,
            office.address,
            *SEND,
        ],
        env=office.program.environment,
        input=b"A report.",
        stderr=subprocess.PIPE,
        check=False,
        start_new_session=True,
    )
    told = done.stderr.decode()
    assert done.returncode == 1, told
    assert "Traceback" not in told
    assert "Standard output is closed" in told or "No space left" in told
    assert sum(len(office.new_entries(i)) for i in range(3)) == 0


@pytest.mark.parametrize("stop", [KeyboardInterrupt, UnreachableError])
@pytest.mark.parametrize("as_json", [False, True])
def test_what_may_have_arrived_is_said_to(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException], *, as_json: bool
) -> None:
    async def fail(*_: object) -> None:
        raise stop

    receipt = cli.open_line("ann").report()
    entry = cli.entry("ann")
    monkeypatch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
    for kind in (Reporter, Visit, Handler):
        monkeypatch.setattr(kind, "send", fail)
    more = ("--json",) if as_json else ()
    by = ("--receipt-fd", Secret(receipt))
    for command, look in (
        (("report", "send", cli.address, *SEND), "meldpunt report status"),
        (("report", "reply", cli.address, *by, "-"), "meldpunt report status"),
        (("report", "withdraw", cli.address, *by), "meldpunt report status"),
        (("handler", "reply", *cli.key("ann"), entry, "-"), "meldpunt handler read"),
    ):
        result = cli.run(*command, *more, text="A text.")
        assert result.exit_code == 1
        assert "It is not known whether it arrived." in result.stderr
        assert look in result.stderr
        if as_json:
            error = json.loads(result.stderr.splitlines()[-1])
            assert error["error"] in {"interrupted", "unreachable"}


def test_what_was_not_sent_is_not_said_to_have_arrived(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise CertificateError

    cli.open_line("ann")
    monkeypatch.setattr("meldpunt.cli.terminal.session._ROUNDS", 1)
    monkeypatch.setattr(Reporter, "send", fail)
    result = cli.run("report", "send", cli.address, *SEND, text="A text.")
    assert result.exit_code == 1
    assert "so nothing was sent" in result.stderr
    assert "It has not arrived, unless an earlier attempt did" in result.stderr
    assert "not known" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "status", CODE],
        ["report", "status", "https://report.example/v1/lines/" + "a" * 39, CODE],
        ["report", "status", CODE.lower()],
        ["report", "status", *CODE.split("-")],
        ["report", "status", CODE.replace("-", " ")],
        ["report", "status", f"--receipt={CODE}"],
        ["report", "status", "--receipt-fd", CODE.replace("-", "")],
        ["report", "verify", CODE],
        [CODE],
    ],
    ids=str,
)
def test_a_code_among_the_arguments_is_not_repeated(arguments: list[str]) -> None:
    for more in ([], ["--json"]):
        done = CliRunner().invoke(main, [*arguments, *more])
        assert done.exit_code == 2
        assert "shell's history" in done.stderr
        shown = done.output.upper().replace("-", "").replace(" ", "")
        assert CODE.replace("-", "")[4:16] not in shown


def test_a_mistyped_code_among_the_arguments_is_not_repeated() -> None:
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    for arguments in (["report", "status", wrong], ["report", "verify", wrong], [wrong]):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code in {1, 2}
        assert wrong not in done.output
        assert "shell's history" in done.stderr or "ADDRESS" in done.stderr


def test_wrong_usage_is_json_for_a_program(tmp_path: Path) -> None:
    for arguments in (["nonsense"], ["report", "status"], ["report", "status", "x", "y", "z"]):
        done = Program(tmp_path).run(*arguments, "--json")
        assert done.code == 2
        assert json.loads(done.err)["error"] == "usage"


def test_giving_up_is_json_for_a_program(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.open_line("ann", "bob")
    with person_at_terminal(monkeypatch, typed="\x04"):
        result = cli.run("report", "send", "--json", cli.address, "-", text=REPORT)
    assert result.exit_code == 1
    assert json.loads(result.stderr.strip().splitlines()[-1])["error"] == "stopped"


@pytest.mark.parametrize("kind", ["xterm", "dumb", None])
def test_the_code_does_not_stay_on_the_screen(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, kind: str | None
) -> None:
    cli.open_line("ann", "bob")
    if kind is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", kind)
    with person_at_terminal(monkeypatch) as person:
        cli.ok("report", "send", cli.address, "-", text=REPORT)
    seen = "".join(person.pages)
    if kind == "xterm":
        end = seen.rindex(person.shown[-1])
        assert "\x1b[H\x1b[2J\x1b[3J\x1b[?1049l" in seen[end:]
    else:
        assert "\x1b" not in seen
        assert seen.count(person.shown[-1]) == 1  # not echoed when typed back
        assert "Clear your screen afterwards" in seen


def test_bytes_that_are_no_text_are_told_at_a_prompt(tmp_path: Path) -> None:
    create = ("line", "create-key", "--host", "https://report.example", "--key-file", "x.key")
    with Program(tmp_path).at_terminal(*create) as person:
        person.sees("Passphrase of the key file: ")
        os.write(person._handle, b"\xff\xfe secret\n")
        assert person.ends() == 2
    assert "not UTF-8" in person.screen
    assert "Traceback" not in person.screen
