"""How long jobs take: four profiles around one mean, for all providers or for one, the same again under a seed."""

from statistics import fmean, quantiles

import httpx
import pytest

from editor.simulator.latency import Latency, Spread
from tests.simulator_fixture import Simulator

JOBS = range(1, 20_001)


def times(spread: Spread, *, seed: int | None = 1) -> list[float]:
    return [Latency(10, spread, seed).of("", number) for number in JOBS]


@pytest.mark.parametrize("spread", list(Spread))
def test_every_profile_keeps_its_mean(spread: Spread) -> None:
    assert fmean(times(spread)) == pytest.approx(10, rel=0.02)


def test_steady_never_varies_and_even_stays_within_a_third() -> None:
    assert set(times(Spread.STEADY)) == {10}
    even = times(Spread.EVEN)
    assert (round(min(even), 1), round(max(even), 1)) == (6.7, 13.3)


def test_a_long_tail_has_a_few_very_slow_ones() -> None:
    percentiles = quantiles(times(Spread.LONG_TAIL), n=100)
    assert percentiles[49] == pytest.approx(7.8, rel=0.03)
    assert percentiles[94] == pytest.approx(24.8, rel=0.05)
    assert max(times(Spread.LONG_TAIL)) > 60


def test_bimodal_is_either_quick_or_slow() -> None:
    seconds = times(Spread.BIMODAL)
    assert {round(each, 6) for each in seconds} == {6, 46}
    assert seconds.count(46) / len(seconds) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("spread", [Spread.EVEN, Spread.LONG_TAIL, Spread.BIMODAL])
def test_a_seed_gives_the_same_times_again_and_another_seed_others(spread: Spread) -> None:
    assert times(spread, seed=7) == times(spread, seed=7)
    assert times(spread, seed=7) != times(spread, seed=8)


def test_without_a_seed_the_job_itself_decides() -> None:
    latency = Latency(10, Spread.EVEN)
    assert latency.of("sim-a", 1) == latency.of("sim-a", 2)
    assert latency.of("sim-a", 1) != latency.of("sim-b", 1)


def change(simulator: Simulator, **body: object) -> httpx.Response:
    return httpx.post(f"{simulator.url}/control/profile", json=body, trust_env=False)


def test_a_latency_can_be_one_providers_own_until_it_is_everybodys_again(simulator: Simulator) -> None:
    body = {"provider": "pixazo", "latency": 2, "profile": "long_tail", "seed": 4}
    assert change(simulator, **body).json() == {
        "latency": 2.0,
        "profile": "long_tail",
        "seed": 4,
        "render": "flat",
        "limits": True,
    }
    page = httpx.get(f"{simulator.url}/control/", trust_env=False).text
    assert (page.count("2 s, long tail, seed 4"), page.count("0.05 s, even")) == (1, 4)
    assert change(simulator, render="flat").json()["latency"] == 0.05
    assert "2 s, long tail" in httpx.get(f"{simulator.url}/control/", trust_env=False).text
    assert change(simulator, latency=3).json()["profile"] == "even"
    assert httpx.get(f"{simulator.url}/control/", trust_env=False).text.count("3 s, even") == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"latency": -1}, "latency"),
        ({"latency": 3601}, "latency"),
        ({"latency": "2"}, "latency"),
        ({"latency": True}, "latency"),
        ({"profile": "wild"}, "profile"),
        ({"profile": []}, "profile"),
        ({"seed": 1.5}, "seed"),
        ({"provider": "nobody", "latency": 1}, "provider"),
        ({"provider": []}, "provider"),
        ({"render": "well"}, "render"),
        ({"limits": "no"}, "limits"),
    ],
)
def test_a_profile_that_makes_no_sense_names_the_field(
    simulator: Simulator, body: dict[str, object], field: str
) -> None:
    answer = change(simulator, **body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert change(simulator).json() == {
        "latency": 0.05,
        "profile": "even",
        "seed": None,
        "render": "flat",
        "limits": True,
    }
