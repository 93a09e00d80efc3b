"""Signing in and the account's own pages."""

from allauth.account.views import password_reset_from_key
from django.urls import include, path, re_path

urlpatterns = [
    # allauth's own pattern takes ids of letters and digits only, and ours have an underscore.
    re_path(
        r"^password/reset/key/(?P<uidb36>\w+)-(?P<key>.+)/$",
        password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("", include("allauth.account.urls")),
]
