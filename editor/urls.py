"""The pages' addresses. Ids are slugs: what PostgreSQL could not even read, such as a NUL, is no address."""

from django.urls import path

from editor.views.compose import cancel, composer, quote, run
from editor.views.credit import credit
from editor.views.export import ask, download, export
from editor.views.history import history
from editor.views.pictures import picture
from editor.views.project import project
from editor.views.projects import create, projects, rename
from editor.views.staff.customers import customers, enter
from editor.views.staff.home import close, home
from editor.views.staff.providers import disable, enable, providers, try_now
from editor.views.staff.unknown import decide, unknown
from editor.views.star import star
from editor.views.upload import upload

urlpatterns = [
    path("", projects, name="projects"),
    path("projects/new/", create, name="project_create"),
    path("projects/<slug:project_id>/rename/", rename, name="project_rename"),
    path("projects/<slug:project_id>/", project, name="project"),
    path("projects/<slug:project_id>/history/", history, name="history"),
    path("projects/<slug:project_id>/quote/", quote, name="quote"),
    path("projects/<slug:project_id>/edits/", run, name="run"),
    path("projects/<slug:project_id>/pictures/", upload, name="upload"),
    path("projects/<slug:project_id>/<slug:shown_id>/", project, name="project_version"),
    path("projects/<slug:project_id>/<slug:shown_id>/composer/", composer, name="composer"),
    path("projects/<slug:project_id>/<slug:edit_id>/cancel/", cancel, name="cancel"),
    path("projects/<slug:project_id>/<slug:image_id>/star/", star, name="star"),
    path("settings/export/", export, name="export"),
    path("settings/export/build/", ask, name="export_ask"),
    path("settings/export/<slug:export_id>/", download, name="export_download"),
    path("staff/", home, name="staff"),
    path("staff/alerts/<int:alert_id>/close/", close, name="staff_close"),
    path("staff/providers/", providers, name="staff_providers"),
    path("staff/providers/<slug:name>/disable/", disable, name="staff_disable"),
    path("staff/providers/<slug:name>/enable/", enable, name="staff_enable"),
    path("staff/providers/<slug:name>/try/", try_now, name="staff_try"),
    path("staff/customers/", customers, name="staff_customers"),
    path("staff/customers/<slug:workspace_id>/<slug:user_id>/enter/", enter, name="staff_enter"),
    path("staff/unknown/", unknown, name="staff_unknown"),
    path("staff/unknown/<slug:attempt_id>/<slug:act>/", decide, name="staff_decide"),
    path("credit/", credit, name="credit"),
    path("p/<slug:image_id>/<slug:variant>", picture, name="picture"),
]
