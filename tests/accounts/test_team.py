"""Who may change whom in a team: every role, every act, and what never happens."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import AccountsError, InvalidInput, LastOwner, NotAllowed, NotFound
from accounts.models import AuditEvent, Invitation, Membership
from accounts.permissions import ALLOWED, Role, may_give
from accounts.services.change_role import change_role
from accounts.services.invite_member import invite_member
from accounts.services.leave_workspace import leave_workspace
from accounts.services.remove_member import remove_member
from accounts.services.transfer_ownership import transfer_ownership
from tests.accounts.cast import by, member, roles
from tests.billing.parallel import together

# Written out, so that a change of the table has to be meant.
MAY_GIVE = {
    Role.OWNER: set(Role),
    Role.ADMIN: {Role.ADMIN, Role.EDITOR, Role.VIEWER},
    Role.EDITOR: set(),
    Role.VIEWER: set(),
    Role.BILLING: set(),
}


@pytest.mark.parametrize("role", Role)
def test_no_role_gives_one_that_may_more_than_itself(role):
    assert {one for one in Role if may_give(role, one)} == MAY_GIVE[role]
    assert all(ALLOWED[one] <= ALLOWED[role] for one in MAY_GIVE[role])


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("actor", Role)
def test_a_role_is_changed_by_those_who_may(alice, actor, target):
    who, whom = member(alice.workspace, "who", actor), member(alice.workspace, "whom", target)
    for given in Role:
        Membership.objects.filter(user=whom).update(role=target)
        allowed = {target, given} <= MAY_GIVE[actor]
        with nullcontext() if allowed else pytest.raises(NotAllowed):
            change_role(workspace_id=alice.workspace.id, user_id=whom.id, role=given, by=by(who))
        assert roles(alice.workspace)["whom"] == (given if allowed else target)


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("actor", Role)
def test_a_member_is_removed_by_those_who_may(alice, actor, target):
    who, whom = member(alice.workspace, "who", actor), member(alice.workspace, "whom", target)
    allowed = target in MAY_GIVE[actor]
    with nullcontext() if allowed else pytest.raises(NotAllowed):
        remove_member(workspace_id=alice.workspace.id, user_id=whom.id, by=by(who))
    assert ("whom" in roles(alice.workspace)) is not allowed
    assert AuditEvent.objects.filter(action="member.removed").count() == int(allowed)


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("actor", Role)
def test_somebody_is_invited_by_those_who_may(alice, actor, given, mailoutbox):
    who = member(alice.workspace, "who", actor)
    allowed = given in MAY_GIVE[actor]
    with nullcontext() if allowed else pytest.raises(NotAllowed):
        invite_member(workspace_id=alice.workspace.id, email="eve@example.com", role=given, by=by(who))
    assert Invitation.objects.count() == len(mailoutbox) == int(allowed)


@pytest.mark.parametrize("role", set(Role) - {Role.OWNER})
def test_only_an_owner_hands_the_workspace_over(alice, role):
    who = member(alice.workspace, "who", role)
    with pytest.raises(NotAllowed):
        transfer_ownership(workspace_id=alice.workspace.id, user_id=who.id, by=by(who))
    assert roles(alice.workspace) == {"alice": "owner", "who": role}


def test_handing_over_makes_the_heir_owner_and_the_giver_admin(alice, bob):
    transfer_ownership(workspace_id=alice.workspace.id, user_id=bob.user.id, by=by(alice.user))
    assert roles(alice.workspace) == {"alice": "admin", "bob": "owner"}
    event = AuditEvent.objects.get(action="workspace.transferred")
    assert (event.target_name, event.before, event.after) == (
        "bob@example.com",
        {"role": "editor", "by_role": "owner"},
        {"role": "owner", "by_role": "admin"},
    )
    assert (event.actor_name, event.address, event.request_id) == ("alice@example.com", "203.0.113.7", "req_test")


def test_handing_over_to_oneself_or_a_stranger_is_refused(alice, mallory):
    with pytest.raises(InvalidInput):
        transfer_ownership(workspace_id=alice.workspace.id, user_id=alice.user.id, by=by(alice.user))
    with pytest.raises(NotFound):
        transfer_ownership(workspace_id=alice.workspace.id, user_id=mallory.user.id, by=by(alice.user))
    assert roles(alice.workspace) == {"alice": "owner"}


@pytest.mark.parametrize("role", set(Role) - {Role.OWNER})
def test_the_last_owner_is_not_demoted(alice, role):
    with pytest.raises(LastOwner):
        change_role(workspace_id=alice.workspace.id, user_id=alice.user.id, role=role, by=by(alice.user))
    assert roles(alice.workspace) == {"alice": "owner"}


def test_the_last_owner_neither_leaves_nor_is_removed(alice, bob):
    with pytest.raises(LastOwner):
        leave_workspace(workspace_id=alice.workspace.id, by=by(alice.user))
    with pytest.raises(LastOwner):
        remove_member(workspace_id=alice.workspace.id, user_id=alice.user.id, by=by(alice.user))
    assert roles(alice.workspace) == {"alice": "owner", "bob": "editor"}
    assert not AuditEvent.objects.filter(action__startswith="member.").exists()


@pytest.mark.parametrize("role", Role)
def test_everybody_else_leaves_when_they_like(alice, role):
    who = member(alice.workspace, "who", role)
    leave_workspace(workspace_id=alice.workspace.id, by=by(who))
    assert roles(alice.workspace) == {"alice": "owner"}
    assert AuditEvent.objects.get(action="member.left").before == {"role": role}


def test_a_change_says_what_was_before_and_after(alice, bob):
    change_role(workspace_id=alice.workspace.id, user_id=bob.user.id, role="viewer", by=by(alice.user))
    change_role(workspace_id=alice.workspace.id, user_id=bob.user.id, role="viewer", by=by(alice.user))  # nothing new
    event = AuditEvent.objects.get(action="member.role_changed")
    assert (event.before, event.after, event.target) == ({"role": "editor"}, {"role": "viewer"}, bob.user.id)


def test_a_stranger_changes_nobody_in_anothers_team(alice, bob, mallory):
    for act in (
        lambda: change_role(workspace_id=alice.workspace.id, user_id=bob.user.id, role="viewer", by=by(mallory.user)),
        lambda: remove_member(workspace_id=alice.workspace.id, user_id=bob.user.id, by=by(mallory.user)),
        lambda: invite_member(workspace_id=alice.workspace.id, email="m@x.org", role="admin", by=by(mallory.user)),
        lambda: leave_workspace(workspace_id=alice.workspace.id, by=by(mallory.user)),
        lambda: remove_member(workspace_id=mallory.workspace.id, user_id=bob.user.id, by=by(mallory.user)),
    ):
        with pytest.raises(NotFound):
            act()
    assert roles(alice.workspace) == {"alice": "owner", "bob": "editor"}
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("role", ["", "god", "OWNER", "owner\0", "x" * 5000])
def test_what_is_no_role_is_refused_by_name(alice, bob, role):
    with pytest.raises(InvalidInput, match="owner, admin, editor, viewer, billing") as caught:
        change_role(workspace_id=alice.workspace.id, user_id=bob.user.id, role=role, by=by(alice.user))
    assert caught.value.param == "role"
    assert roles(alice.workspace)["bob"] == "editor"


def test_who_is_removed_takes_along_the_invitations_they_sent(alice, mailoutbox):
    ann = member(alice.workspace, "ann", Role.ADMIN)
    for name in ("one", "two"):
        invite_member(workspace_id=alice.workspace.id, email=f"{name}@example.com", role="admin", by=by(ann))
    invite_member(workspace_id=alice.workspace.id, email="three@example.com", role="admin", by=by(alice.user))
    remove_member(workspace_id=alice.workspace.id, user_id=ann.id, by=by(alice.user))
    still_open = Invitation.objects.filter(revoked_at=None).values_list("email", flat=True)
    assert list(still_open) == ["three@example.com"]
    assert AuditEvent.objects.filter(action="invitation.revoked").count() == 2


def test_who_is_demoted_loses_the_invitations_they_could_not_send_any_more(alice, mailoutbox):
    olga = member(alice.workspace, "olga", Role.OWNER)
    invite_member(workspace_id=alice.workspace.id, email="boss@example.com", role="owner", by=by(olga))
    invite_member(workspace_id=alice.workspace.id, email="eve@example.com", role="editor", by=by(olga))
    change_role(workspace_id=alice.workspace.id, user_id=olga.id, role="admin", by=by(alice.user))
    assert list(Invitation.objects.filter(revoked_at=None).values_list("email", flat=True)) == ["eve@example.com"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["demote each other", "leave", "demote themselves"])
def test_two_owners_at_once_do_not_leave_the_workspace_without_one(alice, act):
    olga = member(alice.workspace, "olga", Role.OWNER)
    here = alice.workspace.id

    def going(actor, other):
        if act == "leave":
            return lambda: leave_workspace(workspace_id=here, by=by(actor))
        target = other if act == "demote each other" else actor
        return lambda: change_role(workspace_id=here, user_id=target.id, role="editor", by=by(actor))

    for _ in range(5):
        outcomes = together([going(alice.user, olga), going(olga, alice.user)])
        refused = [one for one in outcomes if isinstance(one, AccountsError)]
        assert len(refused) == 1, outcomes
        assert list(roles(alice.workspace).values()).count("owner") == 1
        for user in (alice.user, olga):
            Membership.objects.update_or_create(workspace_id=here, user=user, defaults={"role": Role.OWNER})


@pytest.mark.django_db(transaction=True)
def test_without_our_lock_the_database_still_keeps_one_owner(alice):
    """The control of the race above: bare updates, which only the trigger stands against."""
    olga = member(alice.workspace, "olga", Role.OWNER)

    def demote(user):
        return lambda: Membership.objects.filter(workspace=alice.workspace, user=user).update(role=Role.EDITOR)

    outcomes = together([demote(alice.user), demote(olga)])
    assert sorted(type(one).__name__ for one in outcomes) == ["IntegrityError", "int"]
    assert list(roles(alice.workspace).values()).count("owner") == 1


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_trigger_both_owners_are_gone(alice):
    """The control of both: this is the race that they stand against."""
    olga = member(alice.workspace, "olga", Role.OWNER)

    def demote(user):
        def work():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                Membership.objects.filter(workspace=alice.workspace, user=user).update(role=Role.EDITOR)

        return work

    assert together([demote(alice.user), demote(olga)]) == [None, None]
    assert set(roles(alice.workspace).values()) == {"editor"}


@pytest.mark.django_db(transaction=True)
def test_a_workspace_can_be_deleted_with_its_owners(alice, bob):
    with pytest.raises(IntegrityError, match="would have no owner"):
        Membership.objects.filter(user=alice.user).delete()
    assert roles(alice.workspace) == {"alice": "owner", "bob": "editor"}
    with transaction.atomic():
        alice.workspace.api_keys.all().delete()
        alice.workspace.delete()
    assert not Membership.objects.exists()


def test_whoever_is_changed_or_removed_gets_a_letter_and_who_did_it_none(
    alice, bob, mailoutbox, django_capture_on_commit_callbacks
):
    workspace_id, here = alice.workspace.id, "Alice's studio"
    with django_capture_on_commit_callbacks(execute=True):
        change_role(workspace_id=workspace_id, user_id=bob.user.id, role="admin", by=by(alice.user))
        change_role(workspace_id=workspace_id, user_id=bob.user.id, role="admin", by=by(alice.user))
        transfer_ownership(workspace_id=workspace_id, user_id=bob.user.id, by=by(alice.user))
        change_role(workspace_id=workspace_id, user_id=alice.user.id, role="editor", by=by(alice.user))
        remove_member(workspace_id=workspace_id, user_id=alice.user.id, by=by(bob.user))
    assert [(one.to, one.subject) for one in mailoutbox] == [
        (["bob@example.com"], f"Your role in {here} is admin now"),
        (["bob@example.com"], f"You own {here} now"),
        (["alice@example.com"], f"You are no longer in {here}"),
    ]
    assert f"alice@example.com has changed your role in the workspace {here} from editor to admin." in str(
        mailoutbox[0].body
    )


def test_a_letter_that_no_server_takes_undoes_nothing(alice, bob, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "tests.accounts.doors.Broken"
    with django_capture_on_commit_callbacks(execute=True):
        remove_member(workspace_id=alice.workspace.id, user_id=bob.user.id, by=by(alice.user))
    assert roles(alice.workspace) == {"alice": "owner"}


def test_a_change_that_is_refused_is_told_to_nobody(alice, bob, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(NotAllowed):
        remove_member(workspace_id=alice.workspace.id, user_id=alice.user.id, by=by(bob.user))
    assert mailoutbox == []
