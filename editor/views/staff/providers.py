"""The five providers: what each is like now, and the switches."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.views.staff import StaffRequest, staff_only
from editor.errors import InvalidInput
from editor.selectors.provider_cards import provider_cards
from editor.services.disable_provider import disable_provider
from editor.services.enable_provider import enable_provider
from editor.services.try_provider_now import try_provider_now
from editor.views.staff.perform import perform


@staff_only
@require_safe
def providers(request: StaffRequest) -> HttpResponse:
    """Show the cards; htmx gets what changes on them, and leaves what is being typed alone."""
    if request.htmx:
        return render(request, "editor/_staff_cards_now.html", {"cards": provider_cards()})
    return _page(request)


@staff_only
@require_POST
def disable(request: StaffRequest, name: str) -> HttpResponse:
    """Disable a provider for the reason of the form."""
    reason = request.POST.get("reason", "")
    act = lambda: disable_provider(name=name, staff_id=request.user.id, reason=reason)  # noqa: E731
    return _perform(request, name, act, f"Nothing new goes to {name} until it is enabled.")


@staff_only
@require_POST
def enable(request: StaffRequest, name: str) -> HttpResponse:
    """Enable a provider."""
    act = lambda: enable_provider(name=name, staff_id=request.user.id)  # noqa: E731
    return _perform(request, name, act, f"{name} is enabled.")


@staff_only
@require_POST
def try_now(request: StaffRequest, name: str) -> HttpResponse:
    """Half-open a provider's breaker."""
    act = lambda: try_provider_now(name=name, staff_id=request.user.id)  # noqa: E731
    return _perform(request, name, act, f"The next order for {name} tries it.")


def _perform(request: StaffRequest, name: str, act: Callable[[], None], done: str) -> HttpResponse:
    return perform(
        request,
        act,
        done=done,
        back="staff_providers",
        again=lambda error: _page(request, name=name, error=error),
    )


def _page(request: StaffRequest, *, name: str = "", error: InvalidInput | None = None) -> HttpResponse:
    context = {"cards": provider_cards(), "refused": name, "error": error, "given": request.POST}
    return render(request, "editor/staff_providers.html", context, status=422 if error else 200)
