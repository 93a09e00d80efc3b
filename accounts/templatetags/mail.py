"""Whether this server can send e-mail."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def email_is_on() -> bool:
    """Tell whether messages leave the server; without EMAIL_URL they are only written to its log."""
    return not str(settings.EMAIL_BACKEND).endswith("console.EmailBackend")
