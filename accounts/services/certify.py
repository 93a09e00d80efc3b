"""The certificate of a workspace's deletion, and the link by which its owner gets it."""

from django.core import signing
from django.urls import reverse

from accounts.letters import Letter
from accounts.models import DeletionCertificate

SALT = "accounts.certificate"
LINK_SECONDS = 365 * 24 * 3600


def certificate_letter(certificate: DeletionCertificate, *, name: str) -> Letter:
    """Write to an owner, by the workspace's name, which we forget; the link works for a year, without signing in."""
    lines: tuple[str, ...] = (
        f"{name} is erased: its pictures, projects, edits, keys and members are gone for good.",
        "The entries of its ledger stay, as the law wants, and name nobody.",
    )
    subject = f"{name} is deleted"
    if certificate.erased_at is None:
        lines = (f"{name} will be erased within the hour, or as soon as its running edits have ended.", lines[1])
        subject = f"{name} is being deleted"
    link = reverse("certificate", args=[signing.dumps(certificate.id, salt=SALT)])
    return Letter(subject, lines, link=link, link_words="The certificate, for a year", foot="")


def certificate_of(token: str) -> DeletionCertificate | None:
    """Find the certificate a link leads to; None for a link that is over or not ours."""
    try:
        certificate_id = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    return DeletionCertificate.objects.filter(id=certificate_id).first()
