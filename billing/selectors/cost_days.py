"""The daily cost review: what each day, provider, workspace, key or resolution cost and earned, and its two alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.models import ApiKey, Workspace
from billing.selectors.sums import Dimension, Sums, fold, sums

MOST = 100  # rows of a grouping that has no natural end
MOST_DAYS = 200  # of days, and of days and providers: a month of all five is there
LOUD_DRIFT_PPM = 10_000  # 1 %
NOBODY = "nobody’s"


class Grouping(StrEnum):
    """What the table has a row for."""

    DAY_AND_PROVIDER = "day-and-provider"
    DAY = "day"
    PROVIDER = "provider"
    WORKSPACE = "workspace"
    KEY = "key"
    RESOLUTION = "resolution"


BY: Mapping[Grouping, tuple[Dimension, ...]] = {
    Grouping.DAY_AND_PROVIDER: (Dimension.DAY, Dimension.PROVIDER),
    Grouping.DAY: (Dimension.DAY,),
    Grouping.PROVIDER: (Dimension.PROVIDER,),
    Grouping.WORKSPACE: (Dimension.WORKSPACE,),
    Grouping.KEY: (Dimension.KEY,),
    Grouping.RESOLUTION: (Dimension.RESOLUTION,),
}


@dataclass(frozen=True, slots=True)
class Drift:
    """How far what was said lies above what was expected of it, in µ$; by statements where there are any, else reports.

    `expected` is what was expected of those that something was said of; `source` is stated, reported, or both.
    """

    amount: int = 0
    expected: int = 0
    source: str = ""

    @property
    def ppm(self) -> int | None:
        """Give its share of what was expected; None where that was nothing."""
        return self.amount * 1_000_000 // self.expected if self.expected else None

    @property
    def is_loud(self) -> bool:
        """Tell whether it is more than noise, or against an expectation of nothing."""
        return bool(self.amount) and (self.ppm is None or abs(self.ppm) >= LOUD_DRIFT_PPM)


@dataclass(frozen=True, slots=True)
class CostRow:
    """A row: what it is of in words, the same by dimension, its sums and its drift."""

    words: tuple[str, ...]
    of: Mapping[Dimension, str]
    sums: Sums
    drift: Drift


@dataclass(frozen=True, slots=True)
class ProviderDays:
    """A provider over the days, for its small charts: drift and margin of each day, and all together."""

    provider: str
    total: CostRow
    drifts: list[int]
    margins: list[int]


@dataclass(frozen=True, slots=True)
class CostDays:
    """The table, its total, and the providers beside it. `left_out` counts rows that the table has no room for."""

    rows: list[CostRow]
    total: CostRow
    providers: list[ProviderDays]
    left_out: int


def drift_of(one: Sums) -> Drift:
    """Give the drift by statements, else by reports."""
    if one.stated or one.stated_expected:
        return Drift(one.stated_drift, one.stated_expected, "stated")
    if one.reported or one.reported_expected:
        return Drift(one.reported_drift, one.reported_expected, "reported")
    return Drift()


def drift_of_all(parts: Sequence[Sums]) -> Drift:
    """Add up the drifts of a provider's days: of some there is a statement already, of others only reports."""
    drifts = [drift for drift in map(drift_of, parts) if drift.source]
    sources = {drift.source for drift in drifts}
    return Drift(
        sum(drift.amount for drift in drifts),
        sum(drift.expected for drift in drifts),
        "both" if len(sources) > 1 else next(iter(sources), ""),
    )


def cost_days(
    *, since: date, until: date, by: Grouping, only: Mapping[Dimension, str], is_all: bool = False
) -> CostDays:
    """Sum up these days, both included, newest or largest first. Two queries, and one for names.

    Without `is_all` the table is cut to what a page has room for.
    """
    daily = sums(since=since, until=until, by=BY[Grouping.DAY_AND_PROVIDER], only=only)
    match by:
        case Grouping.DAY_AND_PROVIDER:
            found = sorted(daily, key=lambda one: one.of[0], reverse=True)
        case Grouping.DAY:
            found = list(reversed(fold(daily, 0)))
        case Grouping.PROVIDER:
            found = sorted(fold(daily, 1), key=lambda one: one.retail, reverse=True)
        case _:
            found = sums(since=since, until=until, by=BY[by], only=only)
    shown = found if is_all else found[: MOST_DAYS if Dimension.DAY in BY[by] else MOST]
    names = _names(by, [one.of[0] for one in shown])
    parts = _parts(by, daily)
    rows = [
        CostRow(
            words=tuple(names.get(of, of or NOBODY) for of in one.of),
            of=dict(zip(BY[by], one.of, strict=True)),
            sums=one,
            drift=drift_of_all(parts.get(one.of, [one])),
        )
        for one in shown
    ]
    (total,) = fold(daily)
    return CostDays(
        rows, CostRow(("Total",), {}, total, drift_of_all(daily)), _providers(daily), len(found) - len(shown)
    )


def _parts(by: Grouping, daily: Sequence[Sums]) -> dict[tuple[str, ...], list[Sums]]:
    """Give for a row by day, or by provider, the providers' days that it is of."""
    place = {Grouping.DAY: 0, Grouping.PROVIDER: 1}.get(by)
    parts: dict[tuple[str, ...], list[Sums]] = {}
    if place is not None:
        for one in daily:
            parts.setdefault((one.of[place],), []).append(one)
    return parts


def _providers(daily: Sequence[Sums]) -> list[ProviderDays]:
    days = sorted({one.of[0] for one in daily})
    of_day = {(one.of[1], one.of[0]): one for one in daily}
    parts = _parts(Grouping.PROVIDER, daily)
    totals = sorted(fold(daily, 1), key=lambda one: one.of[0])
    return [
        ProviderDays(
            provider=total.of[0],
            total=CostRow(total.of, {Dimension.PROVIDER: total.of[0]}, total, drift_of_all(parts[total.of])),
            drifts=[drift_of(one).amount if (one := of_day.get((total.of[0], day))) else 0 for day in days],
            margins=[one.margin if (one := of_day.get((total.of[0], day))) else 0 for day in days],
        )
        for total in totals
    ]


def _names(by: Grouping, ids: Sequence[str]) -> dict[str, str]:
    if by is Grouping.WORKSPACE:
        return dict(Workspace.objects.filter(id__in=ids).values_list("id", "name"))
    if by is Grouping.KEY:
        keys = ApiKey.objects.filter(id__in=ids).values_list("id", "name", "workspace__name")
        return {key: f"{name} of {workspace}" for key, name, workspace in keys}
    return {}
