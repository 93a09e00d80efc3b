"""The attempts whose outcome nobody knows, and the lost ones that staff have not settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from editor.attempts import CHARGED, AttemptState
from editor.models import Alert, Attempt
from editor.provider_accounts import has_jobs
from editor.providers.registry import FINDABLE, REPLAYABLE

MOST = 100
BY_REPLAY = "The stored order is sent again under its own key, which makes no second job; what answers settles it."
BY_LIST = "The provider's own list of requests is searched for it."
BY_CALLBACK = "Only a callback, or a job id that you enter, tells more: the provider cannot be asked without one."
BY_NOTHING = "The provider cannot be asked after it."
LATE = "Its job is asked after for an hour past the deadline; a picture that comes is given free."
NO_LONGER = "Nobody looks into it any more, unless a callback comes or you enter a job id."
WAS_CHARGED = "The provider's own list says that it was charged; what it made is lost."


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An attempt with what is known of it. `looks` says how we look into it; `callbacks` and `heard_at` what came."""

    attempt: Attempt
    looks: str
    can_adopt: bool
    can_disprove: bool
    is_lost: bool

    @property
    def times(self) -> int:
        """How often a wave took it up."""
        return self.attempt.epoch


@dataclass(frozen=True, slots=True)
class UnsettledList:
    """The most urgent ones first: unknown by deadline, then lost by age; `unknown` and `lost` count all of them."""

    rows: Sequence[Unsettled]
    unknown: int
    lost: int

    @property
    def version(self) -> str:
        """A word that changes when the list does."""
        return f"{self.unknown}.{self.lost}." + ".".join(
            f"{r.attempt.id[-6:]}{r.attempt.epoch}" for r in self.rows[:20]
        )


def read_unsettled() -> UnsettledList:
    """Read the first hundred of each, in a fixed number of queries."""
    unknown = Attempt.objects.filter(finished_at=None, state=AttemptState.UNKNOWN)
    alerts = Alert.objects.filter(kind="attempt_lost", closed_at=None)
    lost = Attempt.objects.filter(id__in=alerts.values("subject"), state=AttemptState.LOST, outputs=None)
    rows = [*_known(unknown.order_by("edit__deadline_at")), *_known(lost.order_by("-finished_at"))]
    return UnsettledList([_row(attempt) for attempt in rows], unknown=unknown.count(), lost=lost.count())


def _known(attempts: QuerySet[Attempt]) -> Iterable[Attempt]:
    related = attempts.select_related("edit", "workspace")
    return related.annotate(heard=Count("callbacks"), heard_at=Max("callbacks__received_at"))[:MOST]


def _row(attempt: Attempt) -> Unsettled:
    is_lost = attempt.state == AttemptState.LOST
    return Unsettled(
        attempt=attempt,
        looks=_looks(attempt),
        can_adopt=not attempt.ticket and has_jobs(attempt.provider),
        can_disprove=is_lost or attempt.error_code != CHARGED,
        is_lost=is_lost,
    )


def _looks(attempt: Attempt) -> str:
    if attempt.error_code == CHARGED:
        return WAS_CHARGED
    if attempt.state == AttemptState.LOST:
        return LATE if attempt.ticket or attempt.hinted_ticket else NO_LONGER
    if attempt.provider in REPLAYABLE:
        return BY_REPLAY
    if attempt.provider in FINDABLE:
        return BY_LIST
    return BY_CALLBACK if has_jobs(attempt.provider) else BY_NOTHING
