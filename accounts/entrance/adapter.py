"""How allauth behaves here."""

from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from accounts.entrance.just_now import just_signed_in
from accounts.entrance.words import LETTERS, letter_of
from accounts.letters import send_letter

log = structlog.get_logger(__name__)
SAY_SENT = {"account/messages/email_confirmation_sent.txt", "account/messages/login_code_sent.txt"}
NOT_SENT = (
    "No mail server took our message, so it will not come. Nothing is lost: ask for it again in a minute, and tell "
    "whoever runs this Pentimento if it happens again."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our words for what goes wrong, and letters that link to our own address whatever `Host` said."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "The address or the password is not correct.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your password.",
        "incorrect_code": "That code is not correct, or it is too old.",
        "invalid_password_reset": "This link was used already, or it is too old. Your password was not changed.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, or sign in by a code or a passkey.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "same_as_current": "That is your address already.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell whether strangers may sign up: SIGNUP_OPEN."""
        return bool(settings.SIGNUP_OPEN)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in, which shows that it is them as well as being asked again would.

        Allauth counts only what was given when asked again, so that who has just signed in would be asked at once.
        """
        super().login(request, user)
        just_signed_in(request, user)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Go back to the page that an address is changed on; who signs up goes on to where they were going."""
        if self.request.user.is_authenticated:
            return reverse("account_email")
        return str(super().get_email_verification_redirect_url(email_address))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to the page that a password is changed from."""
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send our letter of this name; its links go to PUBLIC_BASE_URL, for `Host` is what the asker says.

        What was done stays done when no mail server takes it: whoever waits for a letter is told so on the page.
        """
        try:
            send_letter(letter_of(template_prefix, {**context, "email": email}), to=email)
        except (OSError, SMTPException):
            log.exception("letter_not_sent", letter=template_prefix)
            if template_prefix in LETTERS:
                messages.error(self.request, NOT_SENT)
                self.request.is_letter_lost = True

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        """Say it, unless it is that a letter was sent which was not."""
        if not (message_template in SAY_SENT and getattr(request, "is_letter_lost", False)):
            super().add_message(request, level, message_template, *args, **more)
