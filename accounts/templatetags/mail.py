"""Where this server's letters go."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def email_is_on() -> bool:
    """Tell whether messages leave the server; without EMAIL_URL they are only written to its log."""
    return not str(settings.EMAIL_BACKEND).endswith("console.EmailBackend")


@register.simple_tag
def inbox_url() -> str:
    """Give the address of the demonstration's inbox; nothing elsewhere."""
    return reverse("inbox") if settings.DEMO_INBOX else ""
