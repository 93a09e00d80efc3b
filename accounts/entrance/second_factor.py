"""Second factors: their secrets are kept encrypted, and a passkey that counts backwards is a copied one."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
    SignupWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.db import transaction

from accounts.sealing import cipher

COUNT = "sign_count"
PURPOSE = "second factors"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypt the seeds of authenticator apps and recovery codes under SECRET_KEY, or one of its fallbacks."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not correct, was used already, or came too late.",
    }

    def get_totp_issuer(self) -> str:
        """Give the name that authenticator apps show."""
        return "Pentimento"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name for it
        """Offer a name for a new passkey."""
        held = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {held + 1}" if held else "Passkey"

    def encrypt(self, text: str) -> str:
        """Encrypt a seed before it is stored."""
        return cipher(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored seed; raises InvalidToken under another SECRET_KEY."""
        return cipher(PURPOSE).decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Say who we are to a passkey's keeper."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Pentimento"}


class _Json(forms.JSONField):
    """JSON from a browser; what is nested too deeply to be read is none, like any other nonsense."""

    def to_python(self, value: Any) -> Any:
        """Read it; raises ValidationError."""
        try:
            return super().to_python(value)
        except RecursionError:
            raise get_adapter().validation_error("incorrect_code") from None


class _Asked(forms.Form):
    """What a passkey answered."""

    credential = _Json(widget=forms.HiddenInput)


class _Counted(_Asked):
    """Refuse a passkey whose signature counter did not go up: a copy of it is about (WebAuthn §6.1.1, 7.2 step 22)."""

    def clean_credential(self) -> Authenticator:
        """Check all that allauth does, then the counter; those that do not count always say 0."""
        response = self.cleaned_data["credential"]
        authenticator = super().clean_credential()  # type: ignore[misc]
        counted = parse_authentication_response(response).response.authenticator_data.counter
        with transaction.atomic():
            locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
            before = locked.data.get(COUNT, locked.wrap().authenticator_data.counter)
            if (counted or before) and counted <= before:
                raise get_adapter().validation_error("incorrect_code")
            locked.data[COUNT] = counted
            locked.save(update_fields=["data"])
        return locked


class AddForm(_Asked, AddWebAuthnForm):  # type: ignore[misc]
    """Add a passkey."""


class SignupForm(_Asked, SignupWebAuthnForm):  # type: ignore[misc]
    """Sign up with a passkey."""


class LoginForm(_Counted, LoginWebAuthnForm):  # type: ignore[misc]
    """Sign in by passkey alone."""


class AuthenticateForm(_Counted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """Sign in by passkey after a password or code."""


class ReauthenticateForm(_Counted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Confirm by passkey that it is still you."""
