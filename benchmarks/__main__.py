"""Measures the host; writes docs/performance.md, docs/capacity.md and benchmarks/results.json.

Every figure is a ratio within this run, or a count, because absolute speeds of a machine drift by
half. If one part fails, this reports the failure and goes on with the other parts.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.against import compare
from benchmarks.figures import Figure, table
from benchmarks.parts import PARTS, Bench
from benchmarks.plan import FULL, QUICK
from benchmarks.report import write_results
from benchmarks.scale.capacity_page import write_page
from benchmarks.turn import LABELS


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a few minutes: fewer requests and rounds, no database of a million reports",
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    parser.add_argument(
        "--only",
        metavar="PART",
        action="append",
        choices=list(PARTS),
        help=f"only this part, and write nothing; may be repeated: {', '.join(PARTS)}",
    )
    parser.add_argument(
        "--against",
        metavar="CHECKOUT",
        type=Path,
        help="compare this host with the host of another checkout, in turns, and write nothing; "
        f"with --only: {' or '.join(LABELS)}",
    )
    return parser.parse_args()


def main() -> int:
    """Read the options, measure, write, print; returns 1 if a part failed."""
    options = _read_options()
    plan = QUICK if options.quick else FULL
    if options.against is not None:
        kinds = [kind for kind in LABELS if kind in (options.only or LABELS)]
        print(compare(options.against.resolve(), kinds, plan, _tell))
        return 0
    with tempfile.TemporaryDirectory(prefix="meldpunt-bench-") as temporary:
        bench = Bench(Path(temporary), plan)
        figures = uvloop.run(bench.measure(options.only or list(PARTS)))
    if not options.only:
        write_results(figures, _ROOT)
        if all(figure.value is not None for figure in figures):
            write_page([figure.as_json() for figure in figures], _ROOT)
    print(json.dumps([f.as_json() for f in figures], indent=2) if options.json else table(figures))
    return _report_failures(figures)


_ROOT: Final = Path(__file__).parents[1]


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _report_failures(figures: list[Figure]) -> int:
    failed = [figure.name for figure in figures if figure.value is None]
    for name in failed:
        sys.stderr.write(f"failed: {name}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
