"""What allauth's letters say, in our words: one entry for each letter it sends."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.letters import Letter

ALARM = "If that was not you, somebody else is in your account: change your password and end other sessions at once."
# What was changed about how somebody signs in: subject and sentence.
CHANGES = {
    "account/email/password_changed": ("Your password was changed", "The password of your account was changed."),
    "account/email/password_set": ("A password was set", "Your account has a password now."),
    "account/email/password_reset": (
        "Your password was reset",
        "Your password was replaced by way of a link sent here.",
    ),
    "account/email/email_changed": (
        "Your address was changed",
        "You sign in with {to_email} from now on, not with {from_email}.",
    ),
    "account/email/email_confirm": ("Your address is confirmed", "This address is confirmed as yours."),
    "account/email/email_deleted": ("An address was removed", "{deleted_email} was removed from your account."),
    "mfa/email/totp_activated": (
        "Authenticator app added",
        "Signing in now asks for a code of your authenticator app.",
    ),
    "mfa/email/totp_deactivated": (
        "Authenticator app removed",
        "Your authenticator app was removed from your account.",
    ),
    "mfa/email/webauthn_added": ("Passkey added", "A passkey was added to your account."),
    "mfa/email/webauthn_removed": ("Passkey removed", "A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": (
        "New recovery codes",
        "New recovery codes were made; the old ones are dead.",
    ),
    "socialaccount/email/account_connected": ("Account connected", "You can sign in by way of {provider} now."),
    "socialaccount/email/account_disconnected": (
        "Account disconnected",
        "You can no longer sign in by way of {provider}.",
    ),
}


def _change(prefix: str, known: Mapping[str, Any]) -> Letter:
    subject, sentence = CHANGES[prefix]
    facts = {name: str(known.get(name, "")) for name in ("from_email", "to_email", "deleted_email", "provider")}
    origin = (
        f"It was done on {known['timestamp']:%-d %B %Y at %H:%M} UTC from {known['ip']}, with {known['user_agent']}."
    )
    lines = (sentence.format(**facts), origin)
    return Letter(subject, lines, link=reverse("mfa_index"), link_words="Look at how you sign in", foot=ALARM)


def _code(subject: str, why: str) -> Callable[[Mapping[str, Any]], Letter]:
    def letter(known: Mapping[str, Any]) -> Letter:
        keep = "Nobody of ours will ever ask you for it."
        return Letter(subject, (why,), code=str(known["code"]), foot=f"{keep} If you did not ask for it, do nothing.")

    return letter


def _reset(known: Mapping[str, Any]) -> Letter:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": known["uid"], "key": known["key"]})
    why = "Somebody, you we hope, asked to replace your password. The link works once, for three days."
    foot = "If you did not ask for it, do nothing: your password stays as it is."
    return Letter("Choose a new password", (why,), link=path, link_words="Choose a new password", foot=foot)


def _known_already(known: Mapping[str, Any]) -> Letter:
    why = f"Somebody, you we hope, tried to sign up with {known['email']}, which has an account already."
    link = reverse("account_reset_password")
    then = "Sign in with it. If you forgot the password, choose a new one:"
    return Letter("You have an account already", (why, then), link=link, link_words="Reset your password")


def _unknown(known: Mapping[str, Any]) -> Letter:
    why = f"Somebody, you we hope, tried to get into an account of {known['email']}. There is none with this address."
    link = f"{reverse('account_signup')}?{urlencode({'email': known['email']})}"
    return Letter("There is no account here yet", (why,), link=link, link_words="Make an account")


LETTERS: dict[str, Callable[[Mapping[str, Any]], Letter]] = {
    "account/email/login_code": _code(
        "Your code to sign in", "Type this code where you are signing in. It works for ten minutes."
    ),
    "account/email/email_confirmation": _code(
        "Confirm your address", "Type this code to confirm that this address is yours."
    ),
    "account/email/email_confirmation_signup": _code(
        "Welcome. Confirm your address", "Type this code where you are signing up. It works for fifteen minutes."
    ),
    "account/email/password_reset_key": _reset,
    "account/email/account_already_exists": _known_already,
    "account/email/unknown_account": _unknown,
}


def letter_of(prefix: str, known: Mapping[str, Any]) -> Letter:
    """Give the letter for allauth's name of it; raises KeyError for one that has no words yet."""
    return _change(prefix, known) if prefix in CHANGES else LETTERS[prefix](known)
