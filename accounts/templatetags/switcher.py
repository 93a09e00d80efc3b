"""The workspaces somebody can go to, for the switcher in the rail."""

from django import template

from accounts.models import Membership, User

register = template.Library()
MOST = 100


@register.simple_tag
def memberships_of(user: User) -> list[Membership]:
    """Give a user's memberships with their workspaces, by name; the first hundred."""
    found = Membership.objects.select_related("workspace").filter(user_id=user.pk)
    return list(found.order_by("workspace__name", "id")[:MOST])
