"""Recovery codes right after signing up with a passkey: without them a lost one cannot be replaced."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.recovery_codes.internal.flows import auto_generate_recovery_codes
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.webauthn.internal.flows import signup_authenticator
from allauth.mfa.webauthn.views import SignupWebAuthnView
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe


class PasskeySignUp(SignupWebAuthnView):  # type: ignore[misc]
    """Make the passkey, let its owner in, make recovery codes and show them before anything else."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Go to the codes, and from there where one was going; whoever is not let in yet goes where allauth says."""
        stage, made = self._login_stage, form.cleaned_data
        with transaction.atomic():
            passkey = signup_authenticator(
                self.request, user=stage.login.user, name=made["name"], credential=made["credential"]
            )
            response: HttpResponse = stage.exit()
            if not self.request.user.is_authenticated:
                return response
            post_authentication(self.request, passkey, reauthenticated=True)  # it was asked for this very moment
            auto_generate_recovery_codes(self.request)
        there = urlencode({"next": response["Location"]})
        return redirect(f"{reverse('mfa_view_recovery_codes')}?{there}")


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """Show the codes, once, and where to go on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page to go on to: one of ours, else how one signs in."""
        there = get_next_redirect_url(self.request) or reverse("mfa_index")
        return {**super().get_context_data(**kwargs), "go_on": there}


passkey_sign_up = require_http_methods(["GET", "HEAD", "POST"])(PasskeySignUp.as_view())
recovery_codes = require_safe(RecoveryCodes.as_view())
