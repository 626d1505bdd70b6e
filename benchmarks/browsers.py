"""Measures how long a person waits for a receipt code, and for their report, in real browsers.

`python -m benchmarks.browsers` prints seconds. Run it on a machine that does nothing else: without
JIT almost all of it is Argon2id. The aim is a receipt in 10 s without JIT; it must be there in 20.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.support.process import HostProcess, serving
from tests.web import node
from tests.web.browser import ENGINES, Tab, open_browser
from tests.web.office import WebOffice
from tests.web.pages import serving_pages

_ROUNDS: Final = 3
_MUST: Final = 20.0
_COMMAND: Final = "async (given) => (await command(given)).value"


def main() -> int:
    """Measure each engine; returns 1 if a receipt takes longer than it must."""
    node.install()
    with tempfile.TemporaryDirectory(prefix="meldpunt-bench-") as temporary:
        page, host = Path(temporary, "page"), Path(temporary, "host")
        host.mkdir()
        node.run("node", "build-page.js", str(page))
        with (
            serving_pages(page) as port,
            serving(host, frontend_origins=(f"http://127.0.0.1:{port}",)) as served,
        ):
            address = asyncio.run(_open_line(served))
            slowest = max(_measure(engine, port, address) for engine in ENGINES)
    return 1 if slowest > _MUST else 0


async def _open_line(host: HostProcess) -> str:
    office = await WebOffice(host, host.origin).open_line()
    await office.close()
    return office.address


def _measure(engine: str, port: int, address: str) -> float:
    with open_browser(engine) as browser:
        tab = browser.open(f"http://127.0.0.1:{port}/")
        rounds = [_round(tab, address) for _ in range(_ROUNDS)]
    receipt, visit, block = (float(median(each)) for each in zip(*rounds, strict=True))
    sys.stdout.write(
        f"{engine:14} receipt {receipt:5.1f} s   visit {visit:5.1f} s"
        f"   longest block {1000 * block:4.0f} ms\n"
    )
    sys.stdout.flush()
    return receipt


def _round(tab: Tab, address: str) -> tuple[float, float, float]:
    """Report and visit; returns seconds to the receipt, to the thread, and the longest block."""
    tab.evaluate(_COMMAND, {"command": "open", "address": address})
    made = tab.evaluate(_COMMAND, {"command": "prepare", "text": "The keys are missing."})
    tab.evaluate(_COMMAND, {"command": "send"})
    shown = tab.evaluate(_COMMAND, {"command": "visit", "receipt": made["receipt"]})
    longest = max(made["longest"], shown["longest"])
    return made["took"] / 1000, shown["took"] / 1000, longest / 1000


if __name__ == "__main__":
    sys.exit(main())
