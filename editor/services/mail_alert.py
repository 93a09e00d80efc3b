"""Mail an alert to everybody who is staff."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q

from accounts.models import User
from editor.models import Alert

BODY = """{message}

Raised {times}, first at {opened:%Y-%m-%d %H:%M} UTC. Of this kind and provider nothing more is mailed for ten minutes.
{url}
"""


def mail_alert(*, kind: str, subject: str) -> int:
    """Send the open alert to each of them, in one mail that names none to the others; tells to how many.

    One that was closed meanwhile is not sent. Raises what the mail server does.
    """
    alert = Alert.objects.filter(kind=kind, subject=subject, closed_at=None).first()
    staff = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True).exclude(email="")
    addresses = list(staff.order_by("id").values_list("email", flat=True))
    if alert is None or not addresses:
        return 0
    times = "once" if alert.times == 1 else f"{alert.times} times"
    body = BODY.format(message=alert.message, times=times, opened=alert.opened_at, url=settings.PUBLIC_BASE_URL)
    EmailMessage(f"Pentimento: {kind.replace('_', ' ')}, {subject}", body, bcc=addresses).send()
    return len(addresses)
