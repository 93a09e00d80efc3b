"""The one table of who may do what at which address: route → method → what it needs. A route in no row fails a test."""

from enum import Enum, auto

from accounts.permissions import Action


class Need(Enum):
    """What an address asks for besides the rights of a member or a key."""

    NOTHING = auto()  # anybody, and it tells of no workspace
    SIGN_IN = auto()  # somebody's own account, or their choice of a workspace
    STAFF = auto()  # to everybody else there is nothing here
    SECRET = auto()  # a token or signature in the address itself; without it there is nothing here
    SIGNATURE = auto()  # what is sent is signed; what is not gets 400
    DEMO = auto()  # nothing here but in the demonstration


Needs = dict[str, Action | Need]
LOOK: Needs = {"GET": Action.VIEW}
EDIT: Needs = {"POST": Action.EDIT}
MEMBERS: Needs = {"POST": Action.MANAGE_MEMBERS}
KEYS: Needs = {"POST": Action.MANAGE_KEYS}
MONEY: Needs = {"POST": Action.MANAGE_MONEY}
HOOKS: Needs = {"POST": Action.MANAGE_WEBHOOKS}
LOOK_AT_HOOKS: Needs = {"GET": Action.MANAGE_WEBHOOKS}
ANYBODY: Needs = {"GET": Need.NOTHING}
A_FORM: Needs = {"GET": Need.NOTHING, "POST": Need.NOTHING}
OWN: Needs = {"GET": Need.SIGN_IN}
OWN_FORM: Needs = {"GET": Need.SIGN_IN, "POST": Need.SIGN_IN}
OWN_ACT: Needs = {"POST": Need.SIGN_IN}
STAFF_LOOK: Needs = {"GET": Need.STAFF}
STAFF_ACT: Needs = {"POST": Need.STAFF}

API: dict[str, Needs] = {
    "api-edits": {"GET": Action.VIEW, "POST": Action.EDIT},
    "api-edit": LOOK,
    "api-edit-charge": LOOK,
    "api-edit-cancel": EDIT,
    "api-quotes": EDIT,
    "api-images": EDIT,
    "api-image": LOOK,
    "api-image-content": LOOK,
    "api-projects": {"GET": Action.VIEW, "POST": Action.EDIT},
    "api-providers": LOOK,
    "api-balance": {"GET": Action.SEE_MONEY},
    "api-ledger": {"GET": Action.SEE_MONEY},
    "api-usage": {"GET": Action.SEE_MONEY},
    "api-budgets": {"GET": Action.SEE_MONEY, "POST": Action.MANAGE_MONEY},
    "api-budget": {"DELETE": Action.MANAGE_MONEY},
    "api-webhooks": {"GET": Action.MANAGE_WEBHOOKS, "POST": Action.MANAGE_WEBHOOKS},
    "api-webhook": dict.fromkeys(("GET", "PATCH", "DELETE"), Action.MANAGE_WEBHOOKS),
    "api-webhook-secret": HOOKS,
    "api-webhook-test": HOOKS,
    "api-webhook-deliveries": LOOK_AT_HOOKS,
    "api-webhook-replay": HOOKS,
}

PAGES: dict[str, Needs] = {
    # open doors
    "api-openapi": ANYBODY,
    "api-openapi-yaml": ANYBODY,
    "api-docs": ANYBODY,
    "api/<path:rest>": {},
    "callback": {"POST": Need.SECRET},
    "stripe_webhook": {"POST": Need.SIGNATURE},
    "picture": {"GET": Need.SECRET},
    "invitation": {"GET": Need.SECRET, "POST": Need.SECRET},
    "certificate": {"GET": Need.SECRET},
    "metrics": STAFF_LOOK,
    "inbox": {"GET": Need.DEMO},
    "inbox_letter_page": {"GET": Need.DEMO},
    "inbox_letter": {"GET": Need.DEMO},
    # the editor
    "projects": LOOK,
    "project_create": EDIT,
    "project_rename": {"GET": Action.EDIT, "POST": Action.EDIT},
    "project": LOOK,
    "project_version": LOOK,
    "history": LOOK,
    "composer": LOOK,
    "quote": EDIT,
    "run": EDIT,
    "upload": EDIT,
    "cancel": EDIT,
    "why": LOOK,
    "edit_why": LOOK,
    "star": EDIT,
    "credit": {"GET": Action.SEE_MONEY},
    # the workspace's settings
    "workspace_settings": LOOK,
    "workspace_change": {"POST": Action.MANAGE_SETTINGS},
    "workspace_leave": {"POST": Action.VIEW},
    "workspace_transfer": {"GET": Action.TRANSFER, "POST": Action.TRANSFER},
    "workspace_delete": {"GET": Action.DELETE, "POST": Action.DELETE},
    "workspace_keep": {"POST": Action.DELETE},
    "members": {"GET": Action.SEE_MEMBERS},
    "member_invite": MEMBERS,
    "member_role": MEMBERS,
    "member_remove": MEMBERS,
    "invitation_resend": MEMBERS,
    "invitation_revoke": MEMBERS,
    "keys": {"GET": Action.MANAGE_KEYS},
    "key_make": KEYS,
    "key_made": {"GET": Action.MANAGE_KEYS},
    "key_rename": KEYS,
    "key_rotate": KEYS,
    "key_revoke": KEYS,
    "webhooks": LOOK_AT_HOOKS,
    "webhook": LOOK_AT_HOOKS,
    "webhook_create": HOOKS,
    "webhook_credit": HOOKS,
    "webhook_change": HOOKS,
    "webhook_switch": HOOKS,
    "webhook_delete": HOOKS,
    "webhook_rotate": HOOKS,
    "webhook_test": HOOKS,
    "webhook_replay": HOOKS,
    "audit": {"GET": Action.SEE_AUDIT},
    "audit_export": {"GET": Action.SEE_AUDIT},
    "export": {"GET": Action.EXPORT},
    "export_ask": {"POST": Action.EXPORT},
    "export_download": {"GET": Action.EXPORT},
    # money
    "home": {"GET": Action.SEE_MONEY},
    "ledger": {"GET": Action.SEE_MONEY},
    "ledger_csv": {"GET": Action.SEE_MONEY},
    "usage": {"GET": Action.SEE_MONEY},
    "usage_csv": {"GET": Action.SEE_MONEY},
    "budgets": {"GET": Action.SEE_MONEY},
    "budget_set": MONEY,
    "budget_remove": MONEY,
    "approve": {"POST": Action.SEE_MONEY},
    "refuse": {"POST": Action.SEE_MONEY},
    "top_up": {"GET": Action.MANAGE_MONEY, "POST": Action.MANAGE_MONEY},
    "payments": {"GET": Action.SEE_MONEY},
    "payment": {"GET": Action.SEE_MONEY},
    "payment_again": MONEY,
    "automatic": {"GET": Action.MANAGE_MONEY, "POST": Action.MANAGE_MONEY},
    "automatic_stop": MONEY,
    "automatic_card": MONEY,
    "plans": {"GET": Action.MANAGE_MONEY, "POST": Action.MANAGE_MONEY},
    "portal": MONEY,
    # somebody's own
    "workspace_new": OWN_FORM,
    "workspace_switch": OWN_ACT,
    "not_a_member": OWN,
    "impersonation_stop": {"POST": Need.NOTHING},
    "account": OWN_FORM,
    "account_delete": OWN_FORM,
    "mfa_index": OWN,
    "mfa_list_webauthn": OWN,
    "usersessions_list": OWN,
    "sessions_end_others": OWN_ACT,
    "session_end": OWN_ACT,
    "account_email": OWN_FORM,
    "account_change_password": OWN_FORM,
    "account_set_password": OWN_FORM,
    "account_reauthenticate": OWN_FORM,
    "mfa_reauthenticate": OWN_FORM,
    "mfa_activate_totp": OWN_FORM,
    "mfa_deactivate_totp": OWN_FORM,
    "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN_FORM,
    "mfa_add_webauthn": OWN_FORM,
    "mfa_edit_webauthn": OWN_FORM,
    "mfa_remove_webauthn": OWN_FORM,
    "mfa_reauthenticate_webauthn": OWN_FORM,
    # signing in and up
    "account_login": A_FORM,
    "account_logout": A_FORM,
    "account_inactive": ANYBODY,
    "account_signup": A_FORM,
    "account_signup_by_passkey": A_FORM,
    "account_email_verification_sent": A_FORM,
    "account_reset_password": A_FORM,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": A_FORM,
    "account_reset_password_from_key_done": ANYBODY,
    "account_request_login_code": A_FORM,
    "account_confirm_login_code": A_FORM,
    "mfa_authenticate": A_FORM,
    "mfa_login_webauthn": A_FORM,
    "mfa_signup_webauthn": A_FORM,
    # the staff's pages
    "staff": STAFF_LOOK,
    "staff_close": STAFF_ACT,
    "staff_providers": STAFF_LOOK,
    "staff_disable": STAFF_ACT,
    "staff_enable": STAFF_ACT,
    "staff_try": STAFF_ACT,
    "staff_customers": STAFF_LOOK,
    "staff_enter": STAFF_ACT,
    "staff_prices": STAFF_LOOK,
    "staff_price_change": STAFF_ACT,
    "staff_price_approve": STAFF_ACT,
    "staff_price_refuse": STAFF_ACT,
    "staff_payments": STAFF_LOOK,
    "staff_payment_refund": STAFF_ACT,
    "staff_refund_approve": STAFF_ACT,
    "staff_refund_refuse": STAFF_ACT,
    "staff_parked_resolve": STAFF_ACT,
    "staff_credit": STAFF_LOOK,
    "staff_charge_refund": STAFF_ACT,
    "staff_correct": STAFF_ACT,
    "staff_correction_approve": STAFF_ACT,
    "staff_correction_refuse": STAFF_ACT,
    "staff_costs": STAFF_LOOK,
    "staff_costs_csv": STAFF_LOOK,
    "staff_cost_attempts": STAFF_LOOK,
    "staff_cost_attempt": STAFF_LOOK,
    "staff_cost_items": STAFF_LOOK,
    "staff_cost_item_act": STAFF_ACT,
    "staff_cost_statements": STAFF_LOOK,
    "staff_cost_upload": STAFF_ACT,
    "staff_cost_fetch": STAFF_ACT,
    "staff_cost_statement": STAFF_LOOK,
    "staff_cost_complete": STAFF_ACT,
    "staff_cost_months": STAFF_LOOK,
    "staff_cost_month": STAFF_LOOK,
    "staff_cost_sign": STAFF_ACT,
    "staff_cost_nothing": STAFF_ACT,
    "staff_unknown": STAFF_LOOK,
    "staff_decide": STAFF_ACT,
}
ROUTES = PAGES | API
