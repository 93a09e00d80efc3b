"""Who is in a workspace, and who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, When, Window

from accounts.models import AuditEvent, Invitation, Membership
from accounts.permissions import Role

PER_PAGE = 50
SHOWN_INVITATIONS = 100
RANK = Case(*(When(role=role, then=place) for place, role in enumerate(Role)), output_field=IntegerField())

COUNT = Window(Count("*"))  # of all that are looked for, beside each that is shown


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
    """Read a page of the team, of those whose address or name holds the search; three queries at any size."""
    found = Membership.objects.filter(workspace_id=workspace_id)
    if search:
        found = found.filter(*(_holds(word) for word in search.split()))
    counted = found.select_related("user").annotate(among=COUNT).order_by(RANK, "user__email")
    members = list(counted[(page - 1) * PER_PAGE : page * PER_PAGE])
    open_ones = []
    if invitations:
        asked = Invitation.objects.filter(workspace_id=workspace_id, accepted_at=None, revoked_at=None)
        newest = asked.select_related("invited_by").annotate(among=COUNT).order_by("-sent_at")
        open_ones = list(newest[:SHOWN_INVITATIONS])
    return Team(
        members=members,
        count=members[0].among if members else 0,
        page=page,
        invitations=open_ones,
        invited=open_ones[0].among if open_ones else 0,
        version=team_version(workspace_id),
    )


def team_version(workspace_id: str) -> str:
    """Give a word that is another after every act in the workspace: the id of the latest one in its audit log."""
    acts = AuditEvent.objects.filter(workspace_id=workspace_id).order_by("-id")
    return acts.values_list("id", flat=True).first() or "none"


def _holds(word: str) -> Q:
    return Q(user__email__icontains=word) | Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
