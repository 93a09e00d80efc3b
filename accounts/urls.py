"""Signing in and the account's own pages: allauth's views where we have none of our own."""

from allauth.account.views import password_reset_from_key
from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns
from django.urls import include, path, re_path

from accounts.views.profile import profile
from accounts.views.recovery import passkey_sign_up, recovery_codes
from accounts.views.security import security
from accounts.views.sessions import end_other_sessions, end_session, sessions

urlpatterns = [
    path("", profile, name="account"),
    path("security/", security, name="mfa_index"),
    path("sessions/", sessions, name="usersessions_list"),
    path("sessions/end-others/", end_other_sessions, name="sessions_end_others"),
    path("sessions/<int:session_id>/end/", end_session, name="session_end"),
    # allauth's own pattern takes ids of letters and digits only, and ours have an underscore.
    re_path(
        r"^password/reset/key/(?P<uidb36>\w+)-(?P<key>.+)/$",
        password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("", include("allauth.account.urls")),
    # Second factors; their names are those by which allauth goes from one to the other.
    path("2fa/authenticate/", authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/add/", activate_totp, name="mfa_activate_totp"),
    path("2fa/app/remove/", deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/", security, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/passkeys/signup/", passkey_sign_up, name="mfa_signup_webauthn"),
    path("2fa/passkeys/<int:pk>/rename/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]

if registry.get_class_list():  # Google or GitHub, when their keys are set
    urlpatterns += [path("elsewhere/", include("allauth.socialaccount.urls"))]
    # Going there and coming back, no more: Google's own list has a door for tokens out of a browser, without a state.
    for provider in registry.get_class_list():
        urlpatterns += default_urlpatterns(provider)
