"""One endpoint for webhooks: its log, and what can be done with it and with what it was sent."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Action
from accounts.views.shown_once import keep, take
from editor.errors import Busy, InvalidInput, NotFound
from editor.models import Endpoint
from editor.selectors.webhooks import OF_EDITS, delivery_page, endpoint_of
from editor.services.change_endpoint import change_endpoint
from editor.services.delete_endpoint import delete_endpoint
from editor.services.replay_delivery import replay_delivery
from editor.services.rotate_webhook_secret import rotate_webhook_secret
from editor.services.send_test_event import send_test_event
from editor.views.workspace import WorkspaceRequest, in_workspace
from editor.webhook_rules import SUBSCRIBABLE


@require_safe
@in_workspace(Action.MANAGE_WEBHOOKS)
def webhook(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Show an endpoint and its log, and once a secret that was made just now."""
    found = _found(request, endpoint_id)
    return _page(request, found, secret=take(request, of=found.id))


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def change(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Change address, events and description."""
    given = request.POST

    def work() -> None:
        change_endpoint(
            workspace_id=request.workspace.id,
            endpoint_id=endpoint_id,
            by=request.by,
            url=given.get("url", "").strip(),
            events=given.getlist("events"),
            description=given.get("description", ""),
        )

    return _perform(request, endpoint_id, work, "It is changed.")


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def switch(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Switch it on or off."""
    is_on = request.POST.get("on") == "1"

    def work() -> None:
        change_endpoint(workspace_id=request.workspace.id, endpoint_id=endpoint_id, by=request.by, enabled=is_on)

    return _perform(request, endpoint_id, work, "It is on." if is_on else "It is off; nothing is sent to it.")


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def delete(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Delete it and its log."""
    try:
        delete_endpoint(workspace_id=request.workspace.id, endpoint_id=endpoint_id, by=request.by)
    except NotFound as error:
        raise Http404 from error
    except InvalidInput as error:
        return _page(request, _found(request, endpoint_id), error=error)
    messages.success(request, "The endpoint is deleted.")
    return redirect("webhooks")


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
@reauthentication_required  # type: ignore[untyped-decorator]
def rotate(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Make another secret and go to where it is shown, once."""
    try:
        rotated = rotate_webhook_secret(workspace_id=request.workspace.id, endpoint_id=endpoint_id, by=request.by)
    except NotFound as error:
        raise Http404 from error
    keep(request, of=rotated.id, secret=rotated.secret)
    return redirect("webhook", endpoint_id)


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def test(request: WorkspaceRequest, endpoint_id: str) -> HttpResponse:
    """Have a test sent."""

    def work() -> None:
        send_test_event(workspace_id=request.workspace.id, endpoint_id=endpoint_id, by=request.by)

    return _perform(request, endpoint_id, work, "A test is on its way. Load the page again to see what came back.")


@require_POST
@in_workspace(Action.MANAGE_WEBHOOKS)
def replay(request: WorkspaceRequest, endpoint_id: str, delivery_id: str) -> HttpResponse:
    """Send a delivery again."""

    def work() -> None:
        replay_delivery(
            workspace_id=request.workspace.id, endpoint_id=endpoint_id, delivery_id=delivery_id, by=request.by
        )

    return _perform(request, endpoint_id, work, "It is on its way again.")


def _page(
    request: WorkspaceRequest, endpoint: Endpoint, *, secret: str = "", error: InvalidInput | Busy | None = None
) -> HttpResponse:
    context = {
        "endpoint": endpoint,
        "name": endpoint.id if endpoint.url else OF_EDITS,
        "page": delivery_page(endpoint, before=request.GET.get("before", "")),
        "kinds": [kind.value for kind in SUBSCRIBABLE],
        "secret": secret,
        "error": error,
    }
    response = render(request, "editor/webhook.html", context, status=422 if error else 200)
    response["Cache-Control"] = "no-store"
    return response


def _perform(request: WorkspaceRequest, endpoint_id: str, work: Callable[[], None], done: str) -> HttpResponse:
    try:
        work()
    except NotFound as error:
        raise Http404 from error
    except (InvalidInput, Busy) as error:
        return _page(request, _found(request, endpoint_id), error=error)
    messages.success(request, done)
    return redirect("webhook", endpoint_id)


def _found(request: WorkspaceRequest, endpoint_id: str) -> Endpoint:
    try:
        return endpoint_of(workspace_id=request.workspace.id, endpoint_id=endpoint_id)
    except NotFound as error:
        raise Http404 from error
