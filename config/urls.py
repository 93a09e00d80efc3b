"""Every address there is."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
]

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.forbidden"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"
