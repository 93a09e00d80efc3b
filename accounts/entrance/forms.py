"""Signing up: user and workspace or neither, and the same work for an address that has an account already."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.entrance.welcome import make_personal_workspace
from accounts.models import User


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Allauth's form, which for a known address sends a letter and says the same, but would answer sooner."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> Any:
        """Save a new user; for a known address hash the password all the same, which is what takes the time."""
        if not self.account_already_exists:
            try:
                return super().try_save(request)
            except IntegrityError:  # somebody else signed up with this address in the same moment
                self.account_already_exists = True
        elif "password1" in self.cleaned_data:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        """Make user, address and personal workspace, or none of them."""
        with transaction.atomic():
            user: User = super().save(request)
            make_personal_workspace(user, request_id=getattr(request, "request_id", ""))
        return user


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing up by Google or GitHub ends in the same place."""

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Make user, connection and personal workspace, or none of them."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            make_personal_workspace(user, request_id=getattr(request, "request_id", ""))
        return user
