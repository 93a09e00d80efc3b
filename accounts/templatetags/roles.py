"""The role × action table, for templates."""

from django import template

from accounts import permissions
from accounts.permissions import Action

register = template.Library()


@register.filter
def may(role: str, action: str) -> bool:
    """Tell whether a role allows an action: `{% if frame.role|may:"manage_keys" %}`; no role allows nothing."""
    return bool(role) and permissions.may(role, Action(action))
