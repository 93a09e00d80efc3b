"""Every address there is."""

from django.urls import include, path

import billing.urls
from config.error_pages import no_such_resource
from config.inbox.views import inbox, inbox_letter
from config.metrics.door import metrics
from editor.api.callbacks import Callbacks
from editor.api.docs import ApiDocs
from editor.urls import billing_pages

urlpatterns = [
    path("api/v1/", include("editor.api.urls")),
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    path("api/<path:rest>", no_such_resource),
    path("cb/<slug:provider>/<str:token>", Callbacks.as_view(), name="callback"),
    path("metrics", metrics, name="metrics"),
    path("", include(([*billing.urls.urlpatterns, *billing_pages], billing.urls.app_name))),
    path("", include("editor.urls")),
    path("", include("accounts.workspace_urls")),
    path("accounts/", include("accounts.urls")),
    path("inbox/", inbox, name="inbox"),
    path("inbox/<int:number>/", inbox, name="inbox_letter_page"),
    path("inbox/<int:number>/html/", inbox_letter, name="inbox_letter"),
]

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.forbidden"
handler404 = "config.error_pages.not_found"
handler429 = "config.error_pages.too_many_requests"
handler500 = "config.error_pages.server_error"
