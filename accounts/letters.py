"""Letters that we send: what they say is data, how they look is one template for each of text and HTML."""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a few plain sentences, then at most one code to type or one link to follow, and small print.

    `link` is a path of ours: letters lead to PUBLIC_BASE_URL, never to whatever host a request named.
    """

    subject: str
    lines: tuple[str, ...]
    code: str = ""
    link: str = ""
    link_words: str = ""
    foot: str = "If this was not you, you need do nothing."


def compose(letter: Letter, *, to: str) -> EmailMultiAlternatives:
    """Write the letter as text and HTML."""
    known = {"letter": letter, "base_url": settings.PUBLIC_BASE_URL}
    subject = " ".join(letter.subject.split())
    message = EmailMultiAlternatives(subject, render_to_string("letters/letter.txt", known).strip() + "\n", to=[to])
    message.attach_alternative(render_to_string("letters/letter.html", known), "text/html")
    return message


def send_letter(letter: Letter, *, to: str) -> None:
    """Write and send it; raises what the mail server does."""
    compose(letter, to=to).send()


def send_after_commit(letter: Letter, *, to: str) -> None:
    """Send it once the transaction is committed; a mail server that fails is logged and undoes nothing."""
    transaction.on_commit(lambda: send_letter(letter, to=to), robust=True)
