"""Who may do what in a workspace: the one role × action table that pages, views and API ask, and what a key may do."""

from enum import StrEnum


class Role(StrEnum):
    """A member's part in a workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"
    BILLING = "billing"


class Action(StrEnum):
    """Something a member may or may not do."""

    VIEW = "view"
    EDIT = "edit"
    SEE_MEMBERS = "see_members"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_KEYS = "manage_keys"
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_SETTINGS = "manage_settings"
    SEE_AUDIT = "see_audit"
    EXPORT = "export"
    SEE_MONEY = "see_money"
    MANAGE_MONEY = "manage_money"
    TRANSFER = "transfer"
    DELETE = "delete"


_EVERYBODY = {Action.VIEW, Action.SEE_MEMBERS}
_ADMIN = set(Action) - {Action.TRANSFER, Action.DELETE, Action.MANAGE_MONEY}
ALLOWED: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset(_ADMIN),
    Role.EDITOR: frozenset(_EVERYBODY | {Action.EDIT, Action.SEE_MONEY}),
    Role.VIEWER: frozenset(_EVERYBODY),
    Role.BILLING: frozenset(_EVERYBODY | {Action.SEE_MONEY, Action.MANAGE_MONEY}),
}


class Scope(StrEnum):
    """What a key may be used for; a key has at least one."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"
    BUDGETS = "budgets"
    WEBHOOKS = "webhooks"


SCOPED: dict[Scope, frozenset[Action]] = {
    Scope.READ: frozenset({Action.VIEW}),
    Scope.WRITE: frozenset({Action.VIEW, Action.EDIT}),
    Scope.MONEY: frozenset({Action.SEE_MONEY}),
    Scope.BUDGETS: frozenset({Action.SEE_MONEY, Action.MANAGE_MONEY}),
    Scope.WEBHOOKS: frozenset({Action.MANAGE_WEBHOOKS}),
}


def may(role: str, action: Action) -> bool:
    """Tell whether a member with this role may do this."""
    return action in ALLOWED[Role(role)]


def key_may(scopes: list[str], action: Action) -> bool:
    """Tell whether a key with these scopes may be used for this."""
    return any(action in SCOPED[Scope(scope)] for scope in scopes)


def may_give(role: str, given: str) -> bool:
    """Tell whether a member may give, change or take away another role: none that may what they may not themselves."""
    return may(role, Action.MANAGE_MEMBERS) and ALLOWED[Role(given)] <= ALLOWED[Role(role)]


def scopes_given_by(role: str) -> list[Scope]:
    """List the scopes that a member may give a key: none that does what they may not do themselves."""
    return [scope for scope in Scope if SCOPED[scope] <= ALLOWED[Role(role)]]
