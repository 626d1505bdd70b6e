"""A person at a terminal: runs a shell's lines on a pseudo-terminal and answers what is asked."""

import codecs
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BASH: Final = shutil.which("bash") or "bash"
PASSPHRASE: Final = "a passphrase nobody else has"
_CODE: Final = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b")
_ASKS_PASSPHRASE: Final = (
    "Passphrase of the key file: ",
    "Passphrase of the line's key: ",
    "The same once more: ",
)
_ASKS_LEAVE: Final = ("[Y/n] ", "[y/N] ")
_ASKS_ENTER: Final = (
    "Press Enter when you have kept it. ",
    "Druk op Enter als de code bewaard is. ",
    "or type a name to leave that person out: ",
)
_ASKS_CODE: Final = (
    "Type the code back (Ctrl-D to stop): ",
    "Typ de code over (Ctrl-D om te stoppen): ",
    "Receipt code: ",
    "Type it back: ",
)
_SECONDS: Final = 600
_AT_TERMINAL: Final = 'exec <"$0" >"$0" 2>&1; exec bash -euc "$1"'
"""The first terminal that the leader of a new session opens becomes its own."""


@dataclass
class Person:
    """Knows one passphrase, and the receipt code that was shown last."""

    receipt: str = ""

    def answer(self, screen: str) -> str | None:
        """Return what to type, None while nothing is asked."""
        if codes := _CODE.findall(screen):
            self.receipt = codes[-1]
        if screen.endswith(_ASKS_PASSPHRASE):
            return PASSPHRASE
        if screen.endswith(_ASKS_LEAVE):
            return "y"
        if screen.endswith(_ASKS_ENTER):
            return ""
        return self.receipt if screen.endswith(_ASKS_CODE) else None


def run_at_terminal(script: str, *, folder: Path, environment: dict[str, str]) -> str:
    """Run lines for bash as if typed, stopping at the first that fails; returns the screen.

    Raises:
        AssertionError: It failed, or took more than ten minutes.
    """
    terminal, its_side = pty.openpty()
    child = subprocess.Popen(
        [BASH, "-c", _AT_TERMINAL, os.ttyname(its_side), script],
        cwd=folder,
        env=environment,
        stdin=its_side,
        stdout=its_side,
        stderr=its_side,
        start_new_session=True,
    )
    os.close(its_side)
    try:
        screen = _talk(terminal, Person())
    except TimeoutError:
        os.killpg(child.pid, signal.SIGKILL)
        raise AssertionError("it took too long, or asks what nobody expected") from None
    finally:
        os.close(terminal)
        status = child.wait(100)
    assert status == 0, screen
    return screen


def _talk(terminal: int, person: Person) -> str:
    screen, answered = "", 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # data ends anywhere
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is gone
            return screen
        if not data:
            return screen
        screen = (screen + decoder.decode(data)).replace("\r\n", "\n")
        typed = person.answer(screen[answered:])
        if typed is not None:
            answered = len(screen)
            os.write(terminal, f"{typed}\n".encode())
    raise TimeoutError
