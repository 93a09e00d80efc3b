"""Whom staff may mean: members found by address, name or id."""

from django.db.models import Q, QuerySet

from accounts.models import Membership

SHOWN = 20


def found_members(text: str) -> "QuerySet[Membership]":
    """Find up to 20 memberships of customers by e-mail address, workspace's name or either id; one query."""
    text = text.strip().replace("\0", "")
    if not text:
        return Membership.objects.none()
    like = Q(user__email__icontains=text) | Q(workspace__name__icontains=text)
    found = Membership.objects.filter(like | Q(user_id=text) | Q(workspace_id=text), user__is_active=True)
    customers = found.filter(user__is_staff=False, user__is_superuser=False).select_related("user", "workspace")
    return customers.order_by("workspace__name", "user__email")[:SHOWN]
