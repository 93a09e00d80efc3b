"""Invitations: sent, sent again, revoked, accepted; what is wrong with one, and whom it tells what."""

import re
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import invitation_tokens
from accounts.errors import InvalidInput, MailFailed, NotAllowed, NotFound, Worthless
from accounts.models import AuditEvent, Invitation, Membership
from accounts.permissions import Role
from accounts.services.accept_invitation import accept_invitation
from accounts.services.invite_member import MOST_A_DAY, invite_member
from accounts.services.resend_invitation import resend_invitation
from accounts.services.revoke_invitation import revoke_invitation
from tests.accounts.cast import by, member, roles
from tests.billing.parallel import together


def invite(alice, email="eve@example.com", role="editor"):
    """Invite from Alice; gives the invitation and the token of its link."""
    invitation = invite_member(workspace_id=alice.workspace.id, email=email, role=role, by=by(alice.user))
    return invitation, token_in(mail.outbox[-1].body)


def token_in(text):
    return re.findall(r"/invitations/([\w-]{43})/", str(text))[0]


def later(invitation):
    """Let the pause between two messages pass."""
    Invitation.objects.filter(id=invitation.id).update(sent_at=timezone.now() - timedelta(minutes=2))


def test_an_invitation_is_a_letter_with_a_link_of_which_only_the_hash_is_kept(alice, mailoutbox):
    invitation, token = invite(alice, email="  Eve@Example.COM ")
    (message,) = mailoutbox
    assert message.to == [invitation.email] == ["eve@example.com"]
    assert message.subject == "alice@example.com invites you to Alice's studio on Pentimento"
    assert message.alternatives[0].mimetype == "text/html"
    assert token_in(message.alternatives[0].content) == token
    assert invitation.digest == invitation_tokens.digest(token)
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    assert token not in str(list(Invitation.objects.values())) + str(list(AuditEvent.objects.values()))
    event = AuditEvent.objects.get(action="member.invited")
    assert (event.target_name, event.after["role"]) == ("eve@example.com", "editor")


def test_a_known_and_an_unknown_address_are_invited_alike(alice, eve, mailoutbox):
    counts = []
    for email in ("eve@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            invite(alice, email=email)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    bodies = [re.sub(r"eve|nobody", "x", re.sub(r"/invitations/\S+", "", str(one.body))) for one in mailoutbox]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "  ",
        "eve",
        "eve@",
        "a b@c.de",
        "eve@example.com\nBcc: all@example.com",
        "x" * 250 + "@example.com",
        "e\0@x.de",
    ],
)
def test_what_is_no_address_is_refused_and_nobody_is_invited(alice, mailoutbox, email):
    with pytest.raises(InvalidInput) as caught:
        invite_member(workspace_id=alice.workspace.id, email=email, role="editor", by=by(alice.user))
    assert caught.value.param == "email"
    assert (Invitation.objects.count(), mailoutbox) == (0, [])


def test_a_member_and_somebody_invited_are_not_invited_again(alice, bob, mailoutbox):
    invite(alice)
    for email in ("bob@example.com", "EVE@example.com"):
        with pytest.raises(InvalidInput, match="already"):
            invite_member(workspace_id=alice.workspace.id, email=email, role="editor", by=by(alice.user))
    assert len(mailoutbox) == 1


def test_a_workspace_sends_so_many_a_day(alice, mailoutbox):
    invitation, _ = invite(alice)
    later(invitation)
    AuditEvent.objects.bulk_create(
        AuditEvent(workspace_id=alice.workspace.id, action=("member.invited", "invitation.resent")[number % 2])
        for number in range(MOST_A_DAY - 1)
    )
    with pytest.raises(InvalidInput, match="200 invitations a day"):
        invite_member(workspace_id=alice.workspace.id, email="dan@example.com", role="editor", by=by(alice.user))
    with pytest.raises(InvalidInput, match="200 invitations a day"):
        resend_invitation(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(alice.user))
    assert len(mailoutbox) == 1


def test_when_no_mail_server_answers_the_invitation_is_kept_and_said(alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(MailFailed, match="send it again"):
        invite_member(workspace_id=alice.workspace.id, email="eve@example.com", role="editor", by=by(alice.user))
    assert Invitation.objects.get().email == "eve@example.com"


def test_eve_accepts_and_is_in(alice, eve, mailoutbox):
    _, token = invite(alice)
    accept_invitation(token=token, user=eve, by=by(eve))
    assert roles(alice.workspace) == {"alice": "owner", "eve": "editor"}
    assert AuditEvent.objects.get(action="member.joined").target_name == "eve@example.com"


def test_an_invitation_sent_again_has_a_new_link_and_seven_more_days(alice, eve, mailoutbox):
    invitation, old = invite(alice)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1), sent_at=timezone.now() - timedelta(days=8))
    resend_invitation(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(alice.user))
    new = token_in(mailoutbox[-1].body)
    assert new != old
    with pytest.raises(Worthless):
        accept_invitation(token=old, user=eve, by=by(eve))
    accept_invitation(token=new, user=eve, by=by(eve))
    assert roles(alice.workspace)["eve"] == "editor"


def test_it_is_not_sent_twice_within_a_minute(alice, mailoutbox):
    invitation, _ = invite(alice)
    with pytest.raises(InvalidInput, match="less than a minute ago"):
        resend_invitation(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(alice.user))
    assert len(mailoutbox) == 1


def test_only_who_could_give_the_role_sends_again_or_revokes(alice, mallory, mailoutbox):
    invitation, _ = invite(alice, role="billing")
    later(invitation)
    ann = member(alice.workspace, "ann", Role.ADMIN)
    for act in (resend_invitation, revoke_invitation):
        with pytest.raises(NotAllowed):
            act(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(ann))
        with pytest.raises(NotFound):
            act(workspace_id=mallory.workspace.id, invitation_id=invitation.id, by=by(mallory.user))
    assert (len(mailoutbox), Invitation.objects.get().revoked_at) == (1, None)


def test_a_revoked_one_is_worthless_and_can_be_replaced(alice, eve, mailoutbox):
    invitation, token = invite(alice)
    revoke_invitation(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(alice.user))
    with pytest.raises(Worthless):
        accept_invitation(token=token, user=eve, by=by(eve))
    with pytest.raises(NotFound):
        revoke_invitation(workspace_id=alice.workspace.id, invitation_id=invitation.id, by=by(alice.user))
    _, another = invite(alice)
    accept_invitation(token=another, user=eve, by=by(eve))
    assert roles(alice.workspace)["eve"] == "editor"


def test_nobody_but_the_invited_accepts(alice, mallory, bob, mailoutbox):
    _, token = invite(alice)
    EmailAddress.objects.create(user=mallory.user, email="eve@example.com", verified=False)
    for user in (mallory.user, bob.user):
        with pytest.raises(Worthless):
            accept_invitation(token=token, user=user, by=by(user))
    assert roles(alice.workspace) == {"alice": "owner", "bob": "editor"}
    assert Invitation.objects.get().accepted_at is None


def test_a_second_confirmed_address_is_ones_own_too(alice, mallory, mailoutbox):
    _, token = invite(alice)
    EmailAddress.objects.create(user=mallory.user, email="Eve@example.com", verified=True)
    accept_invitation(token=token, user=mallory.user, by=by(mallory.user))
    assert roles(alice.workspace) == {"alice": "owner", "mallory": "editor"}


def test_who_is_in_already_keeps_their_role(alice, eve, mailoutbox):
    _, token = invite(alice, role="viewer")
    Membership.objects.create(workspace=alice.workspace, user=eve, role="admin")
    accept_invitation(token=token, user=eve, by=by(eve))
    assert roles(alice.workspace)["eve"] == "admin"


def test_who_was_removed_since_does_not_come_back_by_the_old_link(alice, eve, mailoutbox):
    _, token = invite(alice)
    accept_invitation(token=token, user=eve, by=by(eve))
    Membership.objects.filter(user=eve).delete()
    with pytest.raises(Worthless):
        accept_invitation(token=token, user=eve, by=by(eve))
    assert roles(alice.workspace) == {"alice": "owner"}


@pytest.mark.django_db(transaction=True)
def test_accepted_many_times_at_once_it_seats_one(alice, eve, mailoutbox):
    _, token = invite(alice)
    outcomes = together([lambda: accept_invitation(token=token, user=eve, by=by(eve))] * 8)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert Membership.objects.filter(user=eve).count() == 1
    assert AuditEvent.objects.filter(action="member.joined").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepted_and_revoked_at_once_it_is_one_of_the_two(alice, eve, mailoutbox):
    for _ in range(4):
        invitation, token = invite(alice)
        here = alice.workspace.id
        together(
            [
                partial(accept_invitation, token=token, user=eve, by=by(eve)),
                partial(revoke_invitation, workspace_id=here, invitation_id=invitation.id, by=by(alice.user)),
            ]
        )
        invitation.refresh_from_db()
        joined = Membership.objects.filter(user=eve).exists()
        assert (invitation.accepted_at is not None, invitation.revoked_at is not None) == (joined, not joined)
        Membership.objects.filter(user=eve).delete()
