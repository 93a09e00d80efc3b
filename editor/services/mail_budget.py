"""Letters about budgets: somebody is asked to let an edit through, a budget is used to so many per cent."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.letters import Letter, send_letter
from accounts.models import Membership, User, Workspace
from accounts.permissions import Action, Role, may
from billing import facade
from billing.money import format_short
from editor.models import Edit


def mail_approval(*, edit_id: str) -> int:
    """Ask the approver by letter, and tell to how many it was sent; nobody once it was decided, or who has left.

    Raises what the mail server does.
    """
    edit = Edit.objects.select_related("workspace", "project", "created_by").filter(id=edit_id).first()
    if edit is None or not edit.awaits_approval or edit.finished_at:
        return 0
    members = Membership.objects.filter(workspace_id=edit.workspace_id).values("user_id")
    approver = User.objects.filter(id=facade.approver_of(edit_id), id__in=members, is_active=True).first()
    if approver is None:
        return 0
    who = edit.created_by.email if edit.created_by else "An API key"
    letter = Letter(
        subject=f"{edit.workspace.name}: an edit over budget waits for you",
        lines=(
            f"{who} wants to spend up to ${format_short(edit.quoted)} on an edit in “{edit.project.name}”.",
            "A budget does not cover it.",
            f"It waits for you until {edit.deadline_at:%-d %B %Y, %H:%M} UTC. Nothing is charged before.",
        ),
        link=reverse("billing:budgets"),
        link_words="Look at it",
        foot="You get this because this budget names you as its approver.",
    )
    send_letter(letter, to=approver.email)
    return 1


def mail_budget(*, budget: str, percent: int) -> int:
    """Tell those who look after a workspace's money how far a budget is used; gives to how many.

    Raises what the mail server does.
    """
    facts = facade.budget_facts(budget)
    if facts is None:
        return 0
    workspace = Workspace.objects.get(id=facts.workspace)
    letter = Letter(
        subject=f"{workspace.name}: a budget is used to {percent} per cent",
        lines=(
            f"{facts.said.capitalize()} in {workspace.name} is ${format_short(facts.limit)}.",
            f"${format_short(facts.used)} of it is spent or set aside for edits that run.",
            "What is above it is refused." if not facts.approver else "What is above it waits for its approver.",
        ),
        link=reverse("billing:budgets"),
        link_words="Look at the budgets",
        foot="You get this because you look after the money of this workspace.",
    )
    addresses = list(_money_people(workspace).values_list("user__email", flat=True))
    for address in addresses:
        send_letter(letter, to=address)
    return len(addresses)


def _money_people(workspace: Workspace) -> QuerySet[Membership]:
    roles = [role for role in Role if may(role, Action.MANAGE_MONEY)]
    return Membership.objects.filter(workspace=workspace, role__in=roles, user__is_active=True).order_by("id")
