"""Addresses of workspaces: choosing one, its members and settings. Ids are slugs, as in the editor's."""

from django.urls import path

from accounts.views.audit import audit, audit_export
from accounts.views.general import general
from accounts.views.workspaces import new_workspace, not_a_member, switch

urlpatterns = [
    path("workspaces/new/", new_workspace, name="workspace_new"),
    path("workspaces/switch/", switch, name="workspace_switch"),
    path("workspaces/not-a-member/", not_a_member, name="not_a_member"),
    path("settings/", general, name="workspace_settings"),
    path("settings/audit/", audit, name="audit"),
    path("settings/audit/export/", audit_export, name="audit_export"),
]
