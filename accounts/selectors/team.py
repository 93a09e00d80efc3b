"""Who is in a workspace, and who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, When

from accounts.models import AuditEvent, Invitation, Membership
from accounts.permissions import Role

PER_PAGE = 50
SHOWN_INVITATIONS = 100
RANK = Case(*(When(role=role, then=place) for place, role in enumerate(Role)), output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Team:
    """A page of a workspace's members, owners first, and its open invitations, newest first.

    `count` is of the members that were looked for, `version` changes with every act in the workspace.
    """

    members: Sequence[Membership]
    count: int
    page: int
    invitations: Sequence[Invitation]
    invited: int
    version: str

    @property
    def previous(self) -> int:
        """Give the page before, 0 when there is none."""
        return self.page - 1

    @property
    def next(self) -> int:
        """Give the page after, 0 when there is none."""
        return self.page + 1 if self.page * PER_PAGE < self.count else 0


def read_team(*, workspace_id: str, search: str = "", page: int = 1, invitations: bool = True) -> Team:
    """Read a page of the team, of those whose address or name holds the search; five queries at any size."""
    found = Membership.objects.filter(workspace_id=workspace_id)
    if search:
        found = found.filter(*(_holds(word) for word in search.split()))
    ordered = found.select_related("user").order_by(RANK, "user__email")
    open_ones = Invitation.objects.none()
    if invitations:
        open_ones = Invitation.objects.filter(workspace_id=workspace_id, accepted_at=None, revoked_at=None)
    return Team(
        members=list(ordered[(page - 1) * PER_PAGE : page * PER_PAGE]),
        count=found.count(),
        page=page,
        invitations=list(open_ones.select_related("invited_by").order_by("-sent_at")[:SHOWN_INVITATIONS]),
        invited=open_ones.count(),
        version=team_version(workspace_id),
    )


def team_version(workspace_id: str) -> str:
    """Give a word that is another after every act in the workspace: the id of the latest one in its audit log."""
    acts = AuditEvent.objects.filter(workspace_id=workspace_id).order_by("-id")
    return acts.values_list("id", flat=True).first() or "none"


def _holds(word: str) -> Q:
    return Q(user__email__icontains=word) | Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
