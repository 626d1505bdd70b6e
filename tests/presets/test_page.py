"""docs/presets.md says what presets hold: each clock with its source, and what nobody verified."""

from pathlib import Path
from typing import Final

from tests.architecture.tree import ROOT
from tests.presets.contents import NAMES, filled_in

PAGE: Final = (Path(ROOT) / "docs" / "presets.md").read_text(encoding="utf-8")
CLOCKS: Final = [
    (name, clock)
    for name in NAMES
    for clock in filled_in(name, "je").settings.clocks
    if clock.name != "after-reopening"
]


def test_every_preset_and_clock_stands_in_the_page_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    presets = {row.split("`")[1] for row in rows}
    assert presets == set(NAMES)
    listed = [row for row in rows if row.count("|") == 6]
    assert listed == [
        f"| `{name}` | `{clock.name}` | {clock.term} | {clock.source} | {clock.checked} |"
        for name, clock in CLOCKS
    ]


def test_what_was_not_verified_stands_in_the_page() -> None:
    after = PAGE.partition("## What was not verified")[2].partition("\n## ")[0]
    unverified = {(name, clock.unverified) for name, clock in CLOCKS if clock.unverified}
    assert unverified
    assert all(f"- `{name}`: {why}" in after for name, why in unverified)
    assert after.count("\n- `") == len(unverified)
