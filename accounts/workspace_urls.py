"""Addresses of workspaces: choosing one, its members and settings. Ids are slugs, as in the editor's."""

from django.urls import path

from accounts.views.audit import audit, audit_export
from accounts.views.deletion import certificate, delete_account, delete_workspace, keep_workspace
from accounts.views.general import change, general
from accounts.views.impersonation import stop
from accounts.views.invitation import invitation
from accounts.views.keys import keys, made, make, rename, rotate
from accounts.views.keys import revoke as revoke_key
from accounts.views.leaving import leave, transfer
from accounts.views.members import invite, members, remove, resend, revoke, role
from accounts.views.workspaces import new_workspace, not_a_member, switch

urlpatterns = [
    path("workspaces/new/", new_workspace, name="workspace_new"),
    path("workspaces/switch/", switch, name="workspace_switch"),
    path("workspaces/not-a-member/", not_a_member, name="not_a_member"),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("settings/", general, name="workspace_settings"),
    path("settings/change/", change, name="workspace_change"),
    path("settings/leave/", leave, name="workspace_leave"),
    path("settings/transfer/", transfer, name="workspace_transfer"),
    path("settings/members/", members, name="members"),
    path("settings/members/invite/", invite, name="member_invite"),
    path("settings/members/<slug:user_id>/role/", role, name="member_role"),
    path("settings/members/<slug:user_id>/remove/", remove, name="member_remove"),
    path("settings/invitations/<slug:invitation_id>/resend/", resend, name="invitation_resend"),
    path("settings/invitations/<slug:invitation_id>/revoke/", revoke, name="invitation_revoke"),
    path("support/stop/", stop, name="impersonation_stop"),
    path("settings/keys/", keys, name="keys"),
    path("settings/keys/make/", make, name="key_make"),
    path("settings/keys/made/", made, name="key_made"),
    path("settings/keys/<slug:key_id>/rename/", rename, name="key_rename"),
    path("settings/keys/<slug:key_id>/rotate/", rotate, name="key_rotate"),
    path("settings/keys/<slug:key_id>/revoke/", revoke_key, name="key_revoke"),
    path("settings/delete/", delete_workspace, name="workspace_delete"),
    path("settings/delete/undo/", keep_workspace, name="workspace_keep"),
    path("settings/delete-account/", delete_account, name="account_delete"),
    path("certificates/<str:token>/", certificate, name="certificate"),
    path("settings/audit/", audit, name="audit"),
    path("settings/audit/export/", audit_export, name="audit_export"),
]
