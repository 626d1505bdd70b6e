"""What `make bench` does with what it measures; how fast anything is, no test says."""

import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import against, parts
from benchmarks.figures import BEGIN, END, Figure, Place, amount, between_marks, table
from benchmarks.measures.comparing import HOST, LEAST, ORM, cpu_ratios, rate_ratios
from benchmarks.parts import PARTS, Bench
from benchmarks.plan import QUICK
from benchmarks.plot import draw
from benchmarks.report import write_results
from benchmarks.sending.hot_paths import POLL
from benchmarks.sending.load import Load, percentile
from benchmarks.sending.loads import AT_ONCE, Run, Taken
from tests.architecture.tree import ROOT

RATIO = Figure(
    name="SUBMIT vs least",
    value=0.5,
    must=0.45,
    aim=0.65,
    place=Place("SUBMIT, X", "CPU vs least, 64"),
)
COUNT = Figure(name="lost", value=0, must=0, lower_is_better=True)


@pytest.mark.parametrize(
    ("percent", "value"), [(50, 2), (75, 3), (76, 4), (99, 4), (100, 4), (1, 1)]
)
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(percent: int, value: int) -> None:
    assert percentile([3, 1, 4, 2], percent) == value


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.44, "MISSED"), (0.45, "must reached"), (0.65, "aim reached")]
)
def test_a_verdict_says_which_target_is_reached(value: float, verdict: str) -> None:
    figure = Figure(name="x", value=value, must=0.45, aim=0.65)
    assert figure.verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"), [(16.1, "MISSED"), (16, "must reached"), (8, "aim reached")]
)
def test_where_less_is_better_a_target_is_an_upper_bound(value: float, verdict: str) -> None:
    figure = Figure(name="x", value=value, must=16, aim=8, lower_is_better=True)
    assert figure.verdict == verdict


def test_a_figure_that_could_not_be_measured_is_no_success() -> None:
    failed = Figure(name="x", value=None, must=0, lower_is_better=True)
    assert failed.verdict == "FAILED"
    assert "| x |  | 0 |  | FAILED |" in table([failed])


def test_numbers_are_written_with_three_digits_or_so() -> None:
    written = [amount(value, "ms") for value in (0.456, 12.34, 123.4, 1234.0, 7)]
    assert written == ["0.46 ms", "12.3 ms", "123 ms", "1,234 ms", "7 ms"]


def test_the_table_lists_targets_and_then_every_path() -> None:
    time = Figure(name="p50", value=1.5, unit="ms", place=Place("SUBMIT, X", "p50, 64"))
    first, second = table([RATIO, time, COUNT]).split("\n\n")
    assert "| SUBMIT vs least | 0.50 | 0.45 | 0.65 | must reached |" in first
    assert "p50" not in first
    assert second.splitlines()[-1] == "| SUBMIT, X | 0.50 | 1.50 ms |"


def test_the_text_around_the_table_stays() -> None:
    page = between_marks(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new")
    assert page == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert between_marks(page, "new") == page


@pytest.mark.parametrize("text", ["", BEGIN, END])
def test_a_page_without_marks_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match="no marks"):
        between_marks(text, "new")


def test_a_run_writes_page_plot_and_json(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "docs" / "performance.md").write_text(f"{BEGIN}{END}", encoding="utf-8")
    write_results([RATIO, COUNT], tmp_path)
    assert "SUBMIT vs least" in (tmp_path / "docs" / "performance.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "benchmarks" / "results.json").read_bytes())[1] == {
        "name": "lost",
        "value": 0,
        "unit": "",
        "must": 0,
        "aim": None,
        "met": True,
    }


@pytest.mark.parametrize(("value", "met"), [(1, False), (0, True), (None, False)])
def test_the_json_says_whether_a_figure_reaches_what_it_must(
    value: float | None, met: bool
) -> None:
    assert replace(COUNT, value=value).as_json()["met"] is met
    assert replace(COUNT, value=value, must=None).as_json()["met"] is None


def test_the_plot_has_a_bar_for_each_path_and_a_line_for_each_target() -> None:
    drawn = ET.fromstring(draw([RATIO, COUNT]))  # noqa: S314 (our own)
    kinds = [element.get("class") for element in drawn.iter()]
    assert (kinds.count("bar"), kinds.count("must"), kinds.count("aim")) == (1, 1, 1)


def test_the_page_shows_every_result_that_has_a_target() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    results = json.loads((ROOT / "benchmarks" / "results.json").read_bytes())
    assert results
    asked = [result for result in results if result["must"] is not None]
    shown = [f"| {r['name']} | {amount(r['value'], r['unit'])} |" for r in asked]
    assert [row for row in shown if row not in page] == []


async def test_a_part_that_fails_is_reported_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(bench: Bench) -> list[Figure]:
        raise OSError

    async def whole(bench: Bench) -> list[Figure]:
        return [COUNT]

    monkeypatch.setattr(parts, "PARTS", PARTS | {"broken": broken, "whole": whole})
    figures = await Bench(tmp_path, QUICK).measure(["broken", "whole"])
    assert [(figure.name, figure.value) for figure in figures] == [
        ("broken: OSError", None),
        ("lost", 0),
    ]


def run_of(*, rate: float, cpu: float) -> Run:
    load = Load(seconds=1, statuses=Counter({200: rate}))
    return Run(taken={(POLL, AT_ONCE): Taken(load, cpu, 0)})


def test_a_ratio_of_cpu_is_the_share_that_the_protocol_asks_and_of_rates_is_the_share_reached() -> (
    None
):
    runs = {
        HOST: [run_of(rate=50, cpu=0.4), run_of(rate=10, cpu=0.8)],
        LEAST: [run_of(rate=100, cpu=0.1), run_of(rate=100, cpu=0.4)],
    }
    assert cpu_ratios(runs, LEAST, (POLL, AT_ONCE)) == [0.25, 0.5]
    assert rate_ratios(runs, LEAST, (POLL, AT_ONCE)) == [0.5, 0.1]
    assert cpu_ratios(runs, "another", (POLL, AT_ONCE)) == []
    fewer = {HOST: runs[HOST], LEAST: runs[LEAST][:1], ORM: runs[LEAST][:1]}
    assert rate_ratios(fewer, ORM, (POLL, AT_ONCE)) == [0.5]
    with pytest.raises(ValueError, match="shorter"):  # only the ORM server may miss a round
        rate_ratios(fewer, LEAST, (POLL, AT_ONCE))


def test_two_hosts_are_compared_round_by_round_as_new_divided_by_old() -> None:
    old, new = (
        {"rate": 100, "cpu": 4e-3, "p50": 0, "p99": 2},
        {"rate": 150, "cpu": 2e-3, "p50": 1, "p99": 1},
    )
    rows = against.ratios([({"POLL, 64": old, "gone": old}, {"POLL, 64": new})] * 3, "SQLite")
    assert rows == [["SQLite, POLL, 64", "1.50 ×", "0.50 ×", "", "0.50 ×", "4 ms → 2 ms"]]
