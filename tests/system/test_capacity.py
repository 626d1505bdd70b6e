"""The simulation of capacity counts right: nothing is lost in it, and queues obey the theory."""

import json
import math
import random
from pathlib import Path
from statistics import mean, variance

import pytest

from benchmarks.figures import BEGIN, END
from benchmarks.scale import capacity_page
from benchmarks.scale.capacity import SCALES, Costs, Scale, simulate
from benchmarks.scale.demand import CHALLENGE, KINDS, LOOK, MINUTES, SIGNED, Flood, Week
from benchmarks.scale.queueing import Job, arrivals, erlang_c, mean_wait, poisson, serve
from benchmarks.sending.hot_paths import INBOX, POLL, SUBMIT
from meldpunt.protocol.verify.errors import RefusedError
from tests.architecture.tree import ROOT

RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_bytes())
COSTS = Costs.read(RESULTS, "SQLite")


def dice() -> random.Random:
    return random.Random(1)  # noqa: S311 (the same draws at every run)


def markov_jobs(rate: float, takes: float, count: int) -> list[Job]:
    chance = dice()
    times = arrivals(rate, count / rate, chance)
    return [Job(at, chance.expovariate(1 / takes)) for at in times]


@pytest.mark.parametrize(("cores", "load"), [(1, 0.5), (2, 1.2), (4, 3.0), (16, 13.0)])
def test_a_simulated_queue_waits_as_long_as_erlang_says(cores: int, load: float) -> None:
    served = serve(markov_jobs(rate=load, takes=1.0, count=200_000), cores)
    expected = mean_wait(load, 1.0, cores)
    assert served.mean_wait == pytest.approx(expected, rel=0.15)
    assert sum(wait > 0 for wait in served.waits) / len(served.waits) == pytest.approx(
        erlang_c(load, cores), abs=0.03
    )


def test_erlangs_formula_has_its_known_values() -> None:
    assert erlang_c(0.5, 1) == pytest.approx(0.5)  # M/M/1 waits with the probability of its load
    assert erlang_c(1, 2) == pytest.approx(1 / 3)
    assert mean_wait(0.8, 1, 1) == pytest.approx(4)


def test_jobs_are_all_served_in_their_order_and_none_twice() -> None:
    jobs = markov_jobs(rate=3.0, takes=1.0, count=5000)
    served = serve(jobs, 4)
    assert len(served.waits) == len(served.stays) == len(jobs)
    assert min(served.waits) >= 0
    assert served.busy == pytest.approx(sum(job.takes for job in jobs))
    begun = [job.at + wait for job, wait in zip(jobs, served.waits, strict=True)]
    assert begun == sorted(begun)
    assert served.utilisation == pytest.approx(3.0, rel=0.1)


def test_littles_law_holds() -> None:
    """Jobs in the house are the rate times how long each stays; counted at many moments."""
    jobs = markov_jobs(rate=2.0, takes=1.0, count=20_000)
    served = serve(jobs, 3)
    spans = [(job.at, job.at + stay) for job, stay in zip(jobs, served.stays, strict=True)]
    changes = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    area, inside, before = 0.0, 0, 0.0
    for at, change in changes:
        area += inside * (at - before)
        inside, before = inside + change, at
    assert inside == 0
    assert area / served.until == pytest.approx(
        len(jobs) / served.until * mean(served.stays), rel=1e-6
    )


def test_with_one_core_and_no_rest_jobs_wait_for_each_other() -> None:
    served = serve([Job(0, 2), Job(1, 2), Job(1, 2)], 1)
    assert (served.waits, served.stays, served.until) == ([0, 1, 3], [2, 3, 5], 6)
    assert serve([Job(0, 2), Job(1, 2), Job(1, 2)], 2).waits == [0, 0, 1]


@pytest.mark.parametrize("expected", [0.0, 0.4, 7.0, 400.0])
def test_draws_of_independent_people_have_poissons_mean_and_variance(expected: float) -> None:
    chance = dice()
    drawn = [poisson(expected, chance) for _ in range(20_000)]
    assert mean(drawn) == pytest.approx(expected, rel=0.03)
    assert variance(drawn) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("kind", [*KINDS, LOOK])
def test_a_week_adds_up_to_seven_average_days(kind: str) -> None:
    week = Week(10_000)
    total = sum(week.rate(kind, minute) for minute in range(MINUTES))
    assert total == pytest.approx(7 * week.day[kind])
    assert week.day[CHALLENGE] == pytest.approx(sum(week.day[signed] for signed in SIGNED))


def test_reports_come_and_go_in_balance() -> None:
    """What comes in a life of a report is what is there: the law of Little for reports."""
    assert Week(150_000).day[SUBMIT] * 150 == pytest.approx(150_000)


def test_a_flood_multiplies_what_reporters_ask_and_halves_with_time() -> None:
    calm, flooded = Week(10_000), Week(10_000, Flood(600))
    for kind, minute, times in (
        (SUBMIT, 599, 1),
        (SUBMIT, 600, 100),
        (POLL, 780, 50.5),
        (INBOX, 600, 1),
    ):
        assert flooded.rate(kind, minute) == pytest.approx(times * calm.rate(kind, minute))


def test_a_small_simulation_loses_nothing_and_scales_with_the_people() -> None:
    few, many = (
        simulate(Scale("x", live, "SQLite"), COSTS, dice()) for live in (10_000, 1_000_000)
    )
    for kind in (*KINDS, LOOK):
        expected = Week(10_000).day[kind] / 86_400
        assert few.mean[kind] == pytest.approx(expected, rel=0.2)
        assert many.mean[kind] == pytest.approx(100 * expected, rel=0.02)
    assert many.ordinary.load > few.ordinary.load
    assert many.flood.load > many.ordinary.load
    served = many.ordinary.serve(many.ordinary.processes, dice())
    assert served.utilisation == pytest.approx(many.ordinary.load, rel=0.1)
    assert served.utilisation <= many.ordinary.processes / 2 * 1.1


def test_costs_are_those_of_the_results() -> None:
    (cpu,) = (each["value"] for each in RESULTS if each["name"] == "SUBMIT, SQLite: CPU, 64")
    assert COSTS.host[SUBMIT] == cpu / 1000
    assert COSTS.database[SUBMIT] == 0
    assert Costs.read(RESULTS, "PostgreSQL").database[SUBMIT] > 0


def test_a_bulletin_has_room_for_a_working_day() -> None:
    assert capacity_page.day_bytes(100) == 256 * 6
    assert capacity_page.day_bytes(1_000_000) == 32_768 * 6
    for scale in SCALES:
        live = scale.live // scale.hosts
        tags = capacity_page.day_bytes(live) // 6
        assert math.log2(tags) == int(math.log2(tags))
        assert tags >= 0.0272 * live


def test_the_protocol_bounds_the_reports_of_one_host_as_the_page_says() -> None:
    assert capacity_page.day_bytes(38_000_000) == 6 * 1_048_576
    with pytest.raises(RefusedError):
        capacity_page.day_bytes(39_000_000)


def test_the_page_has_what_the_simulation_gives_for_the_results() -> None:
    page = (ROOT / capacity_page.PAGE).read_text(encoding="utf-8")
    written = page.partition(BEGIN)[2].partition(END)[0].strip()
    assert written == capacity_page.tables(RESULTS)


def test_writing_the_page_keeps_its_text(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / capacity_page.PAGE).write_text(f"a\n{BEGIN}{END}\nb\n", encoding="utf-8")
    capacity_page.write_page(RESULTS, tmp_path)
    page = (tmp_path / capacity_page.PAGE).read_text(encoding="utf-8")
    assert page.startswith(f"a\n{BEGIN}\n\n### What one core takes\n")
    assert page.endswith(f"{END}\nb\n")
