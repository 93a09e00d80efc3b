"""Mail owners and admins that an endpoint for webhooks was disabled."""

from django.urls import reverse

from accounts.letters import Letter, send_letter
from accounts.models import Membership
from accounts.permissions import Action, Role, may
from editor.models import Endpoint


def mail_endpoint_disabled(*, endpoint_id: str) -> int:
    """Send each who may manage webhooks a letter, and tell to how many; none when it is on again or gone.

    Raises what the mail server does.
    """
    endpoint = Endpoint.objects.select_related("workspace").filter(id=endpoint_id, disabled_at__isnull=False).first()
    if endpoint is None:
        return 0
    roles = [role for role in Role if may(role, Action.MANAGE_WEBHOOKS)]
    members = Membership.objects.filter(workspace=endpoint.workspace_id, role__in=roles, user__is_active=True)
    letter = Letter(
        subject=f"A webhook endpoint of {endpoint.workspace.name} was switched off",
        lines=(
            f"Nothing more is sent to {endpoint.url.partition('?')[0]}. {endpoint.disabled_reason}",
            "Edits go on as before. When it works again, switch it on and send again what it missed.",
        ),
        link=reverse("webhook", args=[endpoint.id]),
        link_words="Look at its log",
        foot="You get this because you may manage the webhooks of this workspace.",
    )
    addresses = list(members.order_by("id").values_list("user__email", flat=True))
    for address in addresses:
        send_letter(letter, to=address)
    return len(addresses)
