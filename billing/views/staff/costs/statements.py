"""Providers' statements for staff: bring one, fetch one, look through its lines, say that it is all of a month."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_q.tasks import async_task

from accounts.views.staff import StaffRequest, staff_only
from billing.errors import MonthSigned, NotYourTurn
from billing.models import Statement, UploadState
from billing.price_book.known import PROVIDERS
from billing.selectors.review_months import following
from billing.selectors.statement_pages import arrivals, line_page
from billing.services.complete_month import complete_month
from billing.services.upload_statement import upload_statement
from billing.views.staff.costs.asked import YEARS, choices

FETCHED = "aimlapi"  # the one whose books can be asked for
LARGEST_NUMBER = 2**31 - 1
MEGABYTES = 25  # as much of a file as is received: some 250,000 lines


class Bringing(forms.Form):
    """A statement's file, whose it is and of when."""

    provider = forms.ChoiceField(choices=choices(PROVIDERS), error_messages={"invalid_choice": "Name a provider."})
    month = forms.DateField(
        input_formats=["%Y-%m"], validators=YEARS, error_messages={"invalid": "The month is one such as 2026-10."}
    )
    file = forms.FileField(
        allow_empty_file=True, error_messages={"required": "Choose a CSV or JSON file."}, max_length=None
    )
    is_all = forms.BooleanField(required=False)

    def clean_month(self) -> date:
        """Refuse a month that has not begun."""
        month = cast("date", self.cleaned_data["month"])
        if month > timezone.now().date():
            raise forms.ValidationError("That month has not begun.")
        return month

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what was cut off, and a name that is none."""
        file = cast("UploadedFile[bytes]", self.cleaned_data["file"])
        if (file.size or 0) > MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(f"The file is larger than {MEGABYTES} MB. Split it; statements may overlap.")
        return file

    def clean(self) -> dict[str, Any]:
        """Refuse to call a month complete that goes on."""
        data = cast("dict[str, Any]", super().clean())
        if data.get("is_all") and (month := data.get("month")) and following(month) > timezone.now().date():
            self.add_error("is_all", f"{month:%Y-%m} is not over: leave this open.")
        return data


@staff_only
@require_safe
def statements(request: StaffRequest) -> HttpResponse:
    """Show what came; htmx asks for the lists alone while a file is being read."""
    if request.htmx:
        return render(request, "billing/costs/_arrivals.html", {"arrivals": arrivals()})
    return _page(request)


@staff_only
@require_POST
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file; a small one is read before this answers."""
    form = Bringing(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form)
    data = form.cleaned_data
    brought = upload_statement(
        provider=data["provider"],
        month=data["month"],
        name=str(data["file"].name).replace("\x00", ""),
        content=data["file"].read(),
        is_all=data["is_all"],
        by=request.user,
    )
    if brought.state == UploadState.REFUSED:
        return _page(request, form=form, refused=f"{_sentence(brought.why)} Nothing of the file was kept.")
    if brought.state == UploadState.WAITING:
        messages.info(request, "The file is being read. It appears below when that is done; you need not wait here.")
    else:
        messages.success(
            request,
            f"{brought.lines} new line{'' if brought.lines == 1 else 's'}, {brought.known} known from earlier, "
            f"{brought.matched} matched, {brought.items} item{'' if brought.items == 1 else 's'} to look into.",
        )
    return redirect("billing:staff_cost_statements")


@staff_only
@require_POST
def fetch(request: StaffRequest) -> HttpResponse:
    """Ask AI/ML API for its books, in a task."""
    if settings.PROVIDERS[FETCHED].api_key:
        async_task("editor.tasks.fetch_statements")
        messages.success(request, "AI/ML API is being asked. What is new appears below within a minute or two.")
    else:
        messages.warning(request, "There is no key for AI/ML API, so that nothing can be asked for.")
    return redirect("billing:staff_cost_statements")


@staff_only
@require_safe
def statement(request: StaffRequest, statement_id: str) -> HttpResponse:
    """Show a statement's lines and what each was found to be for."""
    found = get_object_or_404(Statement.objects.select_related("imported_by"), id=statement_id)
    after, unmatched = request.GET.get("after", ""), request.GET.get("only") == "unmatched"
    number = int(after) if after.isascii() and after.isdecimal() and len(after) < 11 else 0  # noqa: PLR2004
    page = line_page(found.id, after=min(number, LARGEST_NUMBER), unmatched=unmatched)
    context = {"statement": found, "page": page, "unmatched": unmatched, "is_over": _is_over(found.month)}
    return render(request, "billing/costs/statement.html", context)


@staff_only
@require_POST
def complete(request: StaffRequest, statement_id: str) -> HttpResponse:
    """Say that with a statement all of its month is there."""
    found = get_object_or_404(Statement, id=statement_id)
    try:
        raised = complete_month(provider=found.provider, month=found.month)
    except (ValueError, MonthSigned, NotYourTurn) as error:
        messages.warning(request, f"{_sentence(str(error))} Nothing was changed.")
    else:
        missing = f"{raised} delivered cost{'' if raised == 1 else 's'} on no statement: to look into."
        messages.success(
            request,
            f"{found.month:%Y-%m} of {found.provider} is complete. {missing if raised else 'Nothing is missing.'}",
        )
    return redirect("billing:staff_cost_month", f"{found.month:%Y-%m}")


def _page(request: StaffRequest, *, form: Bringing | None = None, refused: str = "") -> HttpResponse:
    last_month = (timezone.now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    context = {
        "arrivals": arrivals(),
        "form": form,
        "refused": refused,
        "providers": PROVIDERS,
        "given": request.POST
        if form
        else {"month": f"{last_month:%Y-%m}", "provider": request.GET.get("provider", "")},
        "can_fetch": bool(settings.PROVIDERS[FETCHED].api_key),
        "megabytes": MEGABYTES,
    }
    return render(request, "billing/costs/statements.html", context, status=422 if form else 200)


def _is_over(month: date) -> bool:
    return following(month) <= timezone.now().date()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."
