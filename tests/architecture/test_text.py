"""What no file of the project may say."""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.architecture.tree import ROOT, project_files

REGISTRIES: Final = ("pypi.", "pythonhosted.", "registry.npmjs.", "registry.yarnpkg.", "crates.")
"""A lock with an address installs from there only: no mirror, no other network."""

FORBIDDEN: Final = {
    "a registry's address": re.compile(
        "|".join(rf"\b{re.escape(host)}(?:org|com|io|net)\b" for host in REGISTRIES)
    ),
    "a path of someone's machine": re.compile(r"(?<![\w.~-])/(home|root|Users|work)/\w"),
    "a path outside the project": re.compile(r"(?<!\w)\.\./(shared|design)\b"),
}


def findings(text: str) -> Iterator[str]:
    """Give the name of each rule that `text` breaks, with its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield f"line {number}: {what}"


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = {}
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture or another binary
            continue
        if lines := list(findings(text)):
            found[str(path.relative_to(ROOT))] = lines
    assert not found


@pytest.mark.parametrize(
    "line",
    [  # in two halves, so that this file breaks no rule
        "--index-url https://" + "pypi" + ".org/simple",
        '"resolved": "https://' + "registry.npmjs" + '.org/x"',
        "#    via -r /" + "home/someone/meldpunt/dev.in",
        "cp ../" + "shared/design/style.md .",
    ],
)
def test_a_line_that_names_one_is_found(line: str) -> None:
    assert list(findings(line))


def test_ordinary_lines_are_left_alone() -> None:
    text = "GET /v1/report\n~/work/keys\nhttps://example.org/home/page\nVOLUME /data\n"
    assert list(findings(text)) == []
