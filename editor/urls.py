"""The pages' addresses. Ids are slugs: what PostgreSQL could not even read, such as a NUL, is no address."""

from django.urls import path

from editor.views.approvals import approve, refuse
from editor.views.budgets import budgets, remove_budget, set_budget
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
from editor.views.usage import usage, usage_csv
from editor.views.webhook import change as webhook_change
from editor.views.webhook import delete as webhook_delete
from editor.views.webhook import replay as webhook_replay
from editor.views.webhook import rotate as webhook_rotate
from editor.views.webhook import switch as webhook_switch
from editor.views.webhook import test as webhook_test
from editor.views.webhook import webhook
from editor.views.webhooks import create as webhook_create
from editor.views.webhooks import credit_warning, webhooks
from editor.views.why import why, why_of

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
    path("projects/<slug:project_id>/<slug:edit_id>/why/", why, name="why"),
    path("projects/<slug:project_id>/<slug:image_id>/star/", star, name="star"),
    path("edits/<slug:edit_id>/why/", why_of, name="edit_why"),
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
    path("settings/webhooks/", webhooks, name="webhooks"),
    path("settings/webhooks/new/", webhook_create, name="webhook_create"),
    path("settings/webhooks/credit/", credit_warning, name="webhook_credit"),
    path("settings/webhooks/<slug:endpoint_id>/", webhook, name="webhook"),
    path("settings/webhooks/<slug:endpoint_id>/change/", webhook_change, name="webhook_change"),
    path("settings/webhooks/<slug:endpoint_id>/switch/", webhook_switch, name="webhook_switch"),
    path("settings/webhooks/<slug:endpoint_id>/delete/", webhook_delete, name="webhook_delete"),
    path("settings/webhooks/<slug:endpoint_id>/secret/", webhook_rotate, name="webhook_rotate"),
    path("settings/webhooks/<slug:endpoint_id>/test/", webhook_test, name="webhook_test"),
    path("settings/webhooks/<slug:endpoint_id>/<slug:delivery_id>/replay/", webhook_replay, name="webhook_replay"),
    path("p/<slug:image_id>/<slug:variant>", picture, name="picture"),
]

# Of billing's namespace: pages of money that name projects and edits, which billing knows by id only.
billing_pages = [
    path("billing/usage/", usage, name="usage"),
    path("billing/usage/csv/", usage_csv, name="usage_csv"),
    path("billing/budgets/", budgets, name="budgets"),
    path("billing/budgets/set/", set_budget, name="budget_set"),
    path("billing/budgets/<slug:budget_id>/remove/", remove_budget, name="budget_remove"),
    path("billing/approvals/<slug:edit_id>/approve/", approve, name="approve"),
    path("billing/approvals/<slug:edit_id>/refuse/", refuse, name="refuse"),
]
