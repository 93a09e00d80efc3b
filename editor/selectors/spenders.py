"""Whose spending is told apart: projects, members and keys of a workspace, by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import ApiKey, Membership, User
from accounts.permissions import Action, Role, may
from editor.models import Project

MOST = 200  # of each, to choose from


@dataclass(frozen=True, slots=True)
class Spenders:
    """Ids and names, the newest of each; `approvers` are the members who may be asked to let an edit through."""

    projects: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    approvers: dict[str, str] = field(default_factory=dict)

    def name(self, scope: str, target: str) -> str:
        """Name one of them; its id when it is not among these."""
        return {"project": self.projects, "member": self.members, "key": self.keys}.get(scope, {}).get(target, target)


def spenders_of(workspace_id: str) -> Spenders:
    """List a workspace's spenders in three queries."""
    projects = Project.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", "name")[:MOST]
    team = Membership.objects.filter(workspace_id=workspace_id).order_by("user__email")
    members = list(team.values_list("user_id", "user__email", "role")[:MOST])
    keys = ApiKey.objects.filter(workspace_id=workspace_id, is_test=False, revoked_at=None).order_by("-id")
    may_see = {role.value for role in Role if may(role, Action.SEE_MONEY)}
    return Spenders(
        projects=dict(projects),
        members={user: email for user, email, _ in members},
        keys={key: _key(name, last) for key, name, last in keys.values_list("id", "name", "last_four")[:MOST]},
        approvers={user: email for user, email, role in members if role in may_see},
    )


def names_of(*, workspace_id: str, kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Name these projects, members or keys, also those that are no longer of the workspace. One query; none of days."""
    wanted = [one for one in ids if one]
    match kind:
        case "project":
            projects = Project.objects.filter(workspace_id=workspace_id, id__in=wanted)
            return dict(projects.values_list("id", "name"))
        case "member":
            return dict(User.objects.filter(id__in=wanted).values_list("id", "email"))
        case "key":
            keys = ApiKey.objects.filter(workspace_id=workspace_id, id__in=wanted)
            return {key: _key(name, last) for key, name, last in keys.values_list("id", "name", "last_four")}
        case _:
            return {}


def _key(name: str, last_four: str) -> str:
    return f"{name} …{last_four}"
