"""Who may do what in a workspace: the one role × action table that views and API ask."""

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
    MANAGE = "manage"
    SEE_MONEY = "see_money"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset({Action.VIEW, Action.EDIT, Action.MANAGE, Action.SEE_MONEY}),
    Role.ADMIN: frozenset({Action.VIEW, Action.EDIT, Action.MANAGE, Action.SEE_MONEY}),
    Role.EDITOR: frozenset({Action.VIEW, Action.EDIT, Action.SEE_MONEY}),
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.BILLING: frozenset({Action.VIEW, Action.SEE_MONEY}),
}


def may(role: str, action: Action) -> bool:
    """Tell whether a member with this role may do this."""
    return action in ALLOWED[Role(role)]
