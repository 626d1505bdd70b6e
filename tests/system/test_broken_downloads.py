"""A store that fails in the middle of a download: one log line with its cause, and no defect."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.pieces import pieces_in
from tests.support.process import HostProcess, serving
from tests.support.uploads import LARGE, Upload, ciphertext
from tests.system.test_power_loss import new_report, open_office, talking_to


def cut(piece: Path) -> None:
    """Lose the second half of a piece."""
    with piece.open("r+b") as file:
        file.truncate(piece.stat().st_size // 2)


def unreadable(piece: Path) -> None:
    """Put something in the place of a piece that opens, and cannot be read."""
    piece.unlink()
    piece.mkdir()


def pieces(host: HostProcess) -> set[Path]:
    return set(pieces_in(Path(host.settings.attachments or "")))


async def breaks_off(host: HostProcess, fault: Callable[[Path], None]) -> None:
    office = await open_office(host)
    async with talking_to(host) as http:
        report = new_report(host, http, office)
        await report.submit()
        upload = Upload(report.reporter, "/v1/report", ciphertext(LARGE))
        await upload.begin()
        await upload.append(0, LARGE // 2)
        first = pieces(host)
        await upload.append(LARGE // 2)
        (second,) = pieces(host) - first
        await report.reporter_says(attachments=(upload.id,))
        fault(second)
        asked = Upload(report.handler(0), report.entry(0), upload.data, upload.id)
        with pytest.raises(httpx.RemoteProtocolError):
            await asked.fetch()
        assert (await http.get("/v1/health")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (cut, "ERROR meldpunt: attachments: a piece that a message lists is lost, or cut off"),
        (unreadable, "ERROR meldpunt: attachments: error 21 of the operating system"),
    ],
)
def test_a_download_that_breaks_off_logs_its_cause_alone(
    fault: Callable[[Path], None], cause: str, tmp_path: Path
) -> None:
    with serving(tmp_path) as host:
        asyncio.run(breaks_off(host, fault))
        output = host.output.read_text().splitlines()
    assert [line for line in output if "ERROR" in line or "WARNING" in line] == [cause]
