"""A workspace's audit log: who did what, from where, before and after; look through it, or take it along."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.ids import MAX_LENGTH
from accounts.permissions import Action
from accounts.selectors.audit import LONGEST_SEARCH, Filter, actions_seen, audit_page, possible_actors
from accounts.services.record_audit import record_audit
from accounts.views.audit_files import CONTENT_TYPES, audit_file
from accounts.views.workspace import WorkspaceRequest, in_workspace

_DAYS = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9000, 1, 1))]
LABELS = {
    "actor": "Who", "action": "What", "since": "From", "until": "To", "q": "Search", "before": "Older",
    "format": "format",
}  # fmt: skip
_ID = r"^[0-9a-z_]+$"


class Looking(forms.Form):
    """What part of the log is looked at; what makes no sense is left out, and the page says so."""

    actor = forms.RegexField(_ID, required=False, max_length=MAX_LENGTH)
    action = forms.RegexField(r"^[a-z0-9_.]+$", required=False, max_length=60)
    since = forms.DateField(required=False, validators=_DAYS)
    until = forms.DateField(required=False, validators=_DAYS)
    q = forms.CharField(required=False, max_length=LONGEST_SEARCH)
    before = forms.RegexField(_ID, required=False, max_length=MAX_LENGTH)
    format = forms.ChoiceField(required=False, choices=[(name, name) for name in CONTENT_TYPES])

    def filter_by(self) -> Filter:
        """Give what is looked for; days are whole ones, in UTC, both included."""
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        return Filter(
            actor=data.get("actor") or "",
            action=data.get("action") or "",
            since=_midnight(since) if since else None,
            until=_midnight(until) + timedelta(days=1) if until else None,
            search=data.get("q") or "",
        )


@require_safe
@in_workspace(Action.SEE_AUDIT)
def audit(request: WorkspaceRequest) -> HttpResponse:
    """Show one page of the log, and forms to look for something in it."""
    return _page(request, _looking(request))


@require_safe
@in_workspace(Action.SEE_AUDIT)
def audit_export(request: WorkspaceRequest) -> HttpResponse:
    """Give all that is looked for as a file, CSV or JSON; that it was taken is recorded as well."""
    looking = _looking(request)
    if looking.errors:  # a file does not say what was left out
        return _page(request, looking, status=422)
    kind = looking.cleaned_data.get("format") or "csv"
    record_audit(workspace_id=request.workspace.id, action="audit.exported", by=request.by, after={"format": kind})
    file = audit_file(workspace_id=request.workspace.id, filter_by=looking.filter_by(), kind=kind)
    return cast("HttpResponse", file)


def _page(request: WorkspaceRequest, looking: Looking, status: int = 200) -> HttpResponse:
    workspace_id = request.workspace.id
    filter_by = looking.filter_by()
    page = audit_page(workspace_id=workspace_id, filter_by=filter_by, before=looking.cleaned_data.get("before") or "")
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {
        "page": page,
        "asked": {name: value for name, value in looking.cleaned_data.items() if value and name in looking.fields},
        "is_filtered": filter_by != Filter(),
        "query": asked.urlencode(),
        "actors": possible_actors(workspace_id),
        "actions": actions_seen(workspace_id),
        "left_out": [LABELS[name] for name in looking.errors],
    }
    return render(request, "accounts/audit.html", context, status=status)


def _looking(request: WorkspaceRequest) -> Looking:
    looking = Looking(request.GET)
    looking.is_valid()
    return looking


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
