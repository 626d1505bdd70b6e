"""`meldpunt report look`: asks whether something came, and sends nothing about a report."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import Delete, Update, update

from meldpunt.cli.report.look import look_lines, own_circuit
from meldpunt.client import Bulletins
from meldpunt.protocol.receipt import make_receipt
from meldpunt.protocol.verify.bulletin import DayTags
from meldpunt.server.store.tables import bulletins
from tests.cli.command_line import CommandLine, Secret
from tests.cli.conftest import Office
from tests.support.faulty_proxy import FaultyProxy

FIRST = date(2026, 3, 1)


def looked(*unknown: date, known: bool = True) -> Bulletins:
    """Return what a look of March fetched."""
    days = (DayTags(FIRST, b""),) if known else ()
    return Bulletins(days=days, unknown=unknown, first=FIRST, last=FIRST + timedelta(days=30))


def test_days_are_told_in_words() -> None:
    days = (date(2026, 3, 3), date(2026, 3, 9))
    assert next(look_lines(days, looked())) == "Something came on 2026-03-03 and 2026-03-09."
    assert next(look_lines(days[:1], looked())) == "Something came on 2026-03-03."


def test_a_day_without_a_file_is_unknown_and_never_nothing() -> None:
    unknown = [FIRST + timedelta(days=i) for i in (1, 2, 3, 7)]
    told = list(look_lines((), looked(*unknown)))
    assert told[0] == "Nothing came on the days that are known."
    assert told[-1] == "Nothing is known of: 2026-03-02 to 2026-03-04, 2026-03-08."
    assert "Nothing came" not in " ".join(look_lines((), looked(*unknown, known=False)))


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:8118", "socks5://me:x@127.0.0.1:9050"])
def test_only_a_plain_tor_proxy_gets_a_circuit_of_its_own(proxy: str | None) -> None:
    assert own_circuit(proxy) == proxy
    first, second = (own_circuit("socks5://127.0.0.1:9050") for _ in range(2))
    assert first is not None
    assert first != second
    assert first.endswith("@127.0.0.1:9050")


def test_a_look_asks_for_the_code_last(office: Office) -> None:
    receipt = office.submit()
    with office.program.at_terminal("report", "look", office.address) as person:
        person.sees("Receipt code: ")
        person.types(receipt)
        told = person.sees("Today is told tomorrow")
        assert person.ends() == 0
    assert "Nothing came" in told
    assert receipt not in told


def test_a_look_for_programs_is_json(office: Office) -> None:
    receipt = office.submit()
    arguments = ("report", "look", "--receipt-fd", "{fd}", office.address)
    found = office.program.ok(*arguments, secret=receipt)
    assert found["days"] == []
    assert found["unknown"]


@dataclass
class Recorder(FaultyProxy):
    """Takes down every byte that a client sends."""

    sent: list[bytes] = field(default_factory=list)

    def _is_cut(self, data: bytes) -> bool:
        self.sent.append(data)
        return False

    def taken(self) -> bytes:
        found = b"".join(self.sent)
        self.sent.clear()
        return found


def test_looks_of_two_reporters_and_of_a_wrong_code_send_the_same_bytes(office: Office) -> None:
    """The code is asked after the last byte, so no byte can depend on it."""
    receipts = [office.submit(), office.submit("Another."), make_receipt(bytes(range(12)))]
    taken = []
    with Recorder(office.host.port).open() as host:
        assert isinstance(host, Recorder)
        address = office.address.replace(office.host.origin, host.origin)
        for receipt in receipts:
            with office.program.at_terminal("report", "look", address) as person:
                person.sees("Receipt code: ")
                taken.append(host.taken())
                person.types(receipt)
                person.sees("Today is told tomorrow")
                assert person.ends() == 0
            assert host.taken() == b""
        further = ("report", "look", "--receipt-fd", "{fd}", "--further-back", address)
        for receipt in receipts:
            office.program.ok(*further, secret=receipt)
            taken.append(host.taken())
    assert taken[0] == taken[1] == taken[2]
    assert taken[3] == taken[4] == taken[5]
    assert b"GET /v1/bulletins HTTP/1.1" in taken[0]
    assert b"\r\nGET /v1/bulletins/" in taken[0]
    for field_name in (b"signature", b"range", b"if-", b"cookie"):
        assert b"\r\n" + field_name not in taken[0].lower()


def test_a_host_without_bulletins_and_one_with_bad_files_are_told(cli: CommandLine) -> None:
    cli.open_line("ann")
    receipt = Secret(cli.report())
    command = ("report", "look", cli.address, "--receipt-fd", receipt)
    _store(cli, update(bulletins).values(tags=bytes(256 * 6)))
    assert "Nothing is known: the host's files are missing or do not hold." in cli.ok(*command)
    _store(cli, bulletins.delete())
    assert cli.refused(*command) == "no-bulletins"


def _store(cli: CommandLine, statement: Update | Delete) -> None:
    """Change the host's database, as a dishonest operator may."""
    asyncio.run(cli.host.store.write(lambda tx: tx.execute(statement)))
    cli.host.bulletins.clear()


def test_a_mistyped_code_is_told_without_the_code(office: Office) -> None:
    arguments = ("report", "look", "--receipt-fd", "{fd}", office.address)
    done = office.program.run(*arguments, secret="GC4G-JQ8D-WPKA-M53H-TAB4")
    assert done.code == 1
    assert "TAB4" not in done.out + done.err
