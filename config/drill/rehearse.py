"""Rehearse a fault: order it from the simulator, submit one real edit to that provider, watch what comes of it."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Event
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from billing.facade import InsufficientCredit, Owes
from billing.models import Entry
from config.demo.painting import paint
from config.drill.report import Report
from config.drill.simulator import NoDrill, Simulator
from editor.domain import Actor, EditRequest
from editor.errors import EditorError
from editor.models import Alert, Attempt, Edit, Image, ProviderState, ProviderTally
from editor.services.raise_alert import ACCOUNT, BREAKER
from editor.services.submit_edit import submit_edit
from editor.services.upload_image import upload_image
from editor.simulator.faults import FAULTS

OPTIONS = {
    "price_change": {"amount": "0.05"}, "over_charge": {"amount": "0.05"},
    "foreign_result_url": {"url": "file:///etc/passwd"},
}  # fmt: skip
# Faults that only some dialects can show; every other one is shown by ShortAPI, which is polled and calls back.
WHERE = {"inline_result": "aimlapi", "job_set": "pixazo", "in_progress": "apipod"}
ELSEWHERE = "shortapi"
LOOKS_EVERY = 0.2
GRACE_SECONDS = 20.0
ASKED = ("posts", "refused", "replays", "jobs", "polls", "callbacks", "done", "failed")


@dataclass(frozen=True, slots=True)
class Drill:
    """What is rehearsed, for which workspace, with how many seconds for the edit."""

    fault: str
    workspace_id: str
    deadline_seconds: int


def provider_for(fault: str) -> str:
    """Name a provider whose dialect can show a fault."""
    return WHERE.get(fault, ELSEWHERE)


def rehearse(*, drill: Drill, simulator: Simulator, tell: Callable[[str], None]) -> Report:
    """Run a drill and tell each thing as it is seen. Raises NoDrill, and then nothing was ordered.

    The simulated provider's breaker is closed before and after, so that one drill does not keep the next one waiting.
    """
    began = timezone.now()
    image_id = _picture(drill.workspace_id)
    _close_breaker(simulator.provider, since=began)
    before = simulator.counts()
    simulator.order(drill.fault, OPTIONS.get(drill.fault, {}))
    tell(f"  0.0 s  drill      orders {drill.fault} from {simulator.provider}: {FAULTS[drill.fault].says}")
    try:
        edit = _submit(drill, simulator.provider, image_id)
        _Watch(edit, simulator, before, tell).until_it_ends(drill.deadline_seconds + GRACE_SECONDS)
    finally:
        _close_breaker(simulator.provider, since=began)
    return _report(drill, simulator, edit, before)


def _submit(drill: Drill, provider: str, image_id: str) -> Edit:
    request = EditRequest(
        prompt=f"Drill {drill.fault} {secrets.token_hex(8)}: warmer light",
        images=(image_id,),
        provider=provider,
        deadline_seconds=drill.deadline_seconds,
        metadata={"drill": drill.fault},
    )
    try:
        return submit_edit(actor=Actor(workspace_id=drill.workspace_id), request=request)
    except EditorError as error:
        raise NoDrill(f"The edit was refused. {error.message}") from error
    except (InsufficientCredit, Owes) as error:
        raise NoDrill(f"The edit was refused: {error}") from error


def _picture(workspace_id: str) -> str:
    """Give the newest upload of the workspace, or paint one."""
    newest = Image.objects.filter(workspace_id=workspace_id, is_output=False).order_by("-id").first()
    if newest is None:
        actor = Actor(workspace_id=workspace_id)
        newest = upload_image(actor=actor, file=BytesIO(paint()), filename="drill.jpg", project_id=None)
    return newest.id


def _close_breaker(provider: str, *, since: datetime) -> None:
    ProviderState.objects.filter(name=provider).update(
        opened_at=None, open_until=None, open_seconds=0, open_code="", open_reason="", probe="", probe_until=None,
        quiet_until=None,
    )  # fmt: skip
    ProviderTally.objects.filter(provider=provider).delete()
    Alert.objects.filter(kind__in=[ACCOUNT, BREAKER], subject=provider, closed_at=None, opened_at__gte=since).update(
        closed_at=Now(), note="a drill"
    )


class _Watch:
    """Looks at the edit and at the simulator, and tells what is new."""

    def __init__(
        self, edit: Edit, simulator: Simulator, before: Mapping[str, Any], tell: Callable[[str], None]
    ) -> None:
        self.edit, self.simulator, self.before, self.tell = edit, simulator, before, tell
        self.began = time.monotonic()
        self.seen: dict[str, str] = {}

    def until_it_ends(self, seconds: float) -> None:
        pause = Event()
        while self._look() and time.monotonic() - self.began < seconds:
            pause.wait(LOOKS_EVERY)

    def _look(self) -> bool:
        """Tell what is new; False once the edit has ended."""
        counts = self.simulator.counts()
        for name in ASKED:
            if (more := counts[name] - self.before[name]) > 0:
                self._news(f"simulator  {name}", str(more))
        for number, attempt in enumerate(Attempt.objects.filter(edit=self.edit).order_by("id"), start=1):
            job = f", job {attempt.ticket}" if attempt.ticket else ""
            why = f" ({attempt.error_code}: {attempt.error_message})" if attempt.error_code else ""
            self._news(f"attempt {number}  {attempt.provider}", f"{attempt.state}{job}{why}")
        self.edit.refresh_from_db()
        self._news("edit      ", self.edit.status)
        return self.edit.finished_at is None

    def _news(self, what: str, value: str) -> None:
        if self.seen.get(what) != value:
            self.seen[what] = value
            self.tell(f"{time.monotonic() - self.began:5.1f} s  {what} {value}")


def _report(drill: Drill, simulator: Simulator, edit: Edit, before: Mapping[str, Any]) -> Report:
    counts = simulator.counts()
    attempts = list(Attempt.objects.filter(edit=edit).order_by("id"))
    booked = Entry.objects.filter(transfer__reference__in=[one.id for one in attempts], amount__gt=0)
    costs = dict(booked.values_list("account__kind").annotate(Sum("amount")).order_by())
    jobs = counts["jobs_by_prompt"].get(edit.prompt, 0)
    waiting = any(fault["fault"] == drill.fault for fault in counts["faults_waiting"])
    end = edit.finished_at or timezone.now()
    return Report(
        fault=drill.fault,
        provider=simulator.provider,
        status=edit.status,
        ended=edit.finished_at is not None,
        seconds=(end - edit.created_at).total_seconds(),
        attempts=tuple(one.state + (f" ({one.error_code})" if one.error_code else "") for one in attempts),
        jobs=jobs,
        refunded=min(jobs, counts["failed"] - before["failed"]),
        struck=not waiting,
        charged=edit.charged,
        owed=costs.get("provider_accrued", 0),
        suspense=costs.get("suspense", 0),
    )
