"""A question stays on the screen while a bar counts."""

import os
import pty
import subprocess
import sys
from typing import Final

import pytest

SCRIPT: Final = """
import sys, time
from meldpunt.cli.terminal.output import Output
output = Output(as_json=False)
with output.{kind} as tell:
    if tell: tell(1, 10)
    time.sleep(0.3)
    with output.paused():
        print("Try again? ", end="", flush=True, file=sys.stderr)
        time.sleep(0.7)
        print("yes", flush=True, file=sys.stderr)
    time.sleep(0.3)
"""


@pytest.mark.parametrize("kind", ["counting('Sending', in_bytes=True)", "progress('Sending')"])
def test_nothing_is_painted_over_a_question(kind: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(kind=kind)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    screen = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:
            break
        if not data:
            break
        screen += data
    os.close(ours)
    assert process.wait(60) == 0
    before, question, after = screen.partition(b"Try again? ")
    assert question
    assert b"Sending" in before
    assert after.startswith(b"yes")
    assert b"Sending" in after.partition(b"yes")[2], "it goes on afterwards"
