"""Our figures as Prometheus knows them: names, units, help texts, labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from billing.money import MICRO
from editor.breaker import Position
from editor.providers.registry import PROVIDERS
from editor.selectors.figures import BOUNDS, ENDED, WINDOW_SECONDS, Figures

BREAKER = {Position.CLOSED: 0, Position.HALF_OPEN: 1, Position.OPEN: 2}
EDGES = [*map(str, BOUNDS), "+Inf"]


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps collectors in a dict
class FiguresCollector(Collector):
    """Gives what was read before: a scrape makes a registry of its own with one of these."""

    figures: Figures

    def collect(self) -> Iterator[Metric]:
        """Give every family; a provider without attempts shows zeros, so that rates work from the first one on."""
        yield from _attempts(self.figures)
        yield from _providers(self.figures)
        yield from _work(self.figures)


def _attempts(figures: Figures) -> Iterable[Metric]:
    ended = CounterMetricFamily(
        "pentimento_attempts", "Ended attempts, by provider and how they ended.", labels=["provider", "outcome"]
    )
    for provider in PROVIDERS:
        for state in ENDED:
            ended.add_metric([provider, state.value], figures.ended.get((provider, state), 0))
    yield ended
    flying = GaugeMetricFamily(
        "pentimento_attempts_in_flight", "Attempts that a wave or a provider has.", labels=["provider", "state"]
    )
    for (provider, state_name), count in sorted(figures.in_flight.items()):
        flying.add_metric([provider, state_name], count)
    yield flying
    yield _by_provider(
        "pentimento_attempts_waiting",
        "Attempts that nothing was sent of yet: due, or waiting for their turn.",
        {provider: figures.waiting.get(provider, 0) for provider in PROVIDERS},
    )
    took = GaugeHistogramMetricFamily(
        "pentimento_attempt_recent_duration_seconds",
        f"From submission to end, of attempts that ended in the last {WINDOW_SECONDS} s; a window, not a counter.",
        labels=["provider"],
    )
    for provider, durations in figures.durations.items():
        took.add_metric([provider], list(zip(EDGES, accumulate(durations.counts), strict=True)), durations.seconds)
    yield took


def _providers(figures: Figures) -> Iterable[Metric]:
    standings = figures.standings
    latency = GaugeMetricFamily(
        "pentimento_provider_latency_seconds",
        "From submission to end, over the provider's recent attempts, as routing uses it.",
        labels=["provider", "quantile"],
    )
    for provider, standing in standings.items():
        for quantile, seconds in (("0.5", standing.median), ("0.95", standing.p95)):
            if seconds is not None:
                latency.add_metric([provider, quantile], seconds)
    yield latency
    yield _by_provider(
        "pentimento_provider_success_ratio",
        "Share of the provider's recent attempts that succeeded, of those that count.",
        {name: one.success_rate for name, one in standings.items() if one.success_rate is not None},
    )
    yield _by_provider(
        "pentimento_provider_breaker_state",
        "0 closed, 1 half open, 2 open.",
        {name: BREAKER[one.breaker] for name, one in standings.items()},
    )
    yield _by_provider(
        "pentimento_provider_disabled",
        "1 while staff have disabled the provider.",
        {name: int(one.disabled) for name, one in standings.items()},
    )
    yield _by_provider(
        "pentimento_suspense_usd",
        "What we may owe the provider for attempts whose outcome nobody knows.",
        {name: figures.suspense.get(name, 0) / MICRO for name in PROVIDERS},
    )


def _work(figures: Figures) -> Iterable[Metric]:
    vitals = figures.vitals
    single = {
        "pentimento_oldest_due_attempt_age_seconds": ("How long an order or job has stood still.", vitals.attempt_age),
        "pentimento_oldest_queued_task_age_seconds": ("How long the oldest due task waits.", vitals.queue_age),
        "pentimento_waves_claiming": ("Waves that take what is due; two is right.", figures.waves_claiming),
        "pentimento_sweeper_age_seconds": ("Since the sweeper was last round.", vitals.sweeper_age),
    }
    for name, (text, value) in single.items():
        if value is not None:
            yield GaugeMetricFamily(name, text, value=value)
    alerts = GaugeMetricFamily("pentimento_alerts_open", "Alerts that staff have not closed.", labels=["kind"])
    for kind, count in figures.alerts.items():
        alerts.add_metric([kind], count)
    yield alerts


def _by_provider(name: str, text: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["provider"])
    for provider, value in values.items():
        family.add_metric([provider], value)
    return family
