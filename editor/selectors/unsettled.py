"""The attempts whose outcome nobody knows, and the lost ones that staff have not settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from editor.attempts import CHARGED, AttemptState
from editor.models import Alert, Attempt
from editor.provider_accounts import has_jobs
from editor.providers.registry import FINDABLE, REPLAYABLE

PAGE = 12  # a page of HTML stays under 60 kB
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
    """The most urgent ones first: unknown by deadline, then the latest lost; `unknown` and `lost` count all of them.

    `following` is how many to skip for the page after this one, None on the last.
    """

    rows: Sequence[Unsettled]
    unknown: int
    lost: int
    following: int | None

    @property
    def version(self) -> str:
        """A word that changes when the list does."""
        return f"{self.unknown}.{self.lost}." + ".".join(f"{r.attempt.id[-6:]}{r.attempt.epoch}" for r in self.rows)


def read_unsettled(*, skip: int = 0) -> UnsettledList:
    """Read a page of them, in a fixed number of queries."""
    unknown = Attempt.objects.filter(finished_at=None, state=AttemptState.UNKNOWN, is_test=False)
    alerts = Alert.objects.filter(kind="attempt_lost", closed_at=None)
    lost = Attempt.objects.filter(id__in=alerts.values("subject"), state=AttemptState.LOST, outputs=None)
    count, lost_count = unknown.count(), lost.count()
    end = skip + PAGE
    rows = [
        *_known(unknown.order_by("edit__deadline_at", "id"))[skip:end],
        *_known(lost.order_by("-finished_at", "-id"))[max(0, skip - count) : max(0, end - count)],
    ]
    following = end if end < count + lost_count else None
    return UnsettledList([_row(attempt) for attempt in rows], count, lost_count, following)


def _known(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    related = attempts.select_related("edit", "workspace")
    return related.annotate(heard=Count("callbacks"), heard_at=Max("callbacks__received_at"))


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
        return LATE if attempt.due_at or attempt.wave_id else NO_LONGER
    if attempt.provider in REPLAYABLE:
        return BY_REPLAY
    if attempt.provider in FINDABLE:
        return BY_LIST
    return BY_CALLBACK if has_jobs(attempt.provider) else BY_NOTHING
