"""A workspace with one of everything and somebody in every role, and those outside who would like to look."""

import json
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.ids import new_id
from accounts.key_terms import KeyTerms
from accounts.models import Invitation, Membership, User
from accounts.permissions import Role, Scope
from accounts.services.issue_api_key import issue_api_key
from billing.ledger import grant
from billing.models import (
    Budget,
    Correction,
    ItemKind,
    Payment,
    PriceChange,
    Purpose,
    Reversal,
    ReviewItem,
    Statement,
    Transfer,
)
from editor.attempts import AttemptState
from editor.models import Alert, Delivery, Endpoint, Event, Output, WorkspaceExport
from tests.accounts.doors import enter_just_now
from tests.accounts.passkey import Passkey
from tests.conftest import Person, make_user
from tests.editor.rows import make_attempt, make_edit, make_image

MISSING_NUMBER = 999_999
# Places of an address that name nothing of a workspace's or person's.
COMMON = {
    "name": "shortapi",
    "act": "deliver",
    "provider": "shortapi",
    "variant": "original",
    "rest": "nowhere",
    "uidb36": "usr_x",
    "key": "set-password",
    "month": "2026-10",
    "number": 1,
}


@dataclass(frozen=True)
class World:
    """`there` fills in addresses of what Alice's workspace has, `nowhere` those of what nobody has."""

    alice: Person
    mallory: Person
    roles: dict[Role, User]
    removed: User
    there: dict[str, Any]
    nowhere: dict[str, Any]
    keys: dict[str, str]

    def secrets(self) -> list[bytes]:
        """Words that nobody outside may ever read."""
        told = [
            str(value) for name, value in self.there.items() if name not in (*COMMON, "token") and value not in (1, 2)
        ]
        emails = [user.email for user in self.roles.values()]
        words = [*told, *emails, self.alice.workspace.name, self.alice.workspace.id, "warmer light"]
        return [word.encode() for word in words if not word.isdigit()]

    def browser(self, who: str) -> Client:
        """Open a browser in which somebody is signed in: a role, `mallory`, `removed` or `anonymous`."""
        client = Client(raise_request_exception=False)
        if who != "anonymous":
            others = {"mallory": self.mallory.user, "removed": self.removed}
            enter_just_now(client, others.get(who) or self.roles[Role(who)])
        return client


def make_world(alice: Person, mallory: Person) -> World:
    """Make it."""
    workspace, now = alice.workspace, timezone.now()
    roles = {role: alice.user if role is Role.OWNER else make_user(role) for role in Role}
    for role in set(Role) - {Role.OWNER}:
        Membership.objects.create(workspace=workspace, user=roles[role], role=role)
    edit = make_edit(workspace)
    attempt = make_attempt(edit, AttemptState.UNKNOWN)
    image = make_image(workspace, is_output=True, project=edit.project)
    Output.objects.create(edit=edit, attempt=attempt, image=image, position=1)
    endpoint = Endpoint.objects.create(workspace=workspace, url="https://alice.example.com/hook", secret="whsec_x")
    event = Event.objects.create(workspace=workspace, type="edit.failed", edit=edit)
    delivery = Delivery.objects.create(
        workspace=workspace, endpoint=endpoint, event=event, target="alice.example.com", due_at=now
    )
    invitation = Invitation.objects.create(
        workspace=workspace,
        email="carol@example.com",
        role=Role.VIEWER,
        digest="0" * 64,
        expires_at=now.replace(year=2100),
    )
    export = WorkspaceExport.objects.create(workspace=workspace, asked_by=alice.user)
    held = {"name": "Alice's passkey", "credential": json.loads(Passkey().register("AAAA"))}
    passkey = Authenticator.objects.create(user=alice.user, type="webauthn", data=held)
    session = UserSession.objects.create(user=alice.user, ip="203.0.113.9", session_key="x" * 32, data={})
    alert = Alert.objects.create(kind="breaker", subject="shortapi", message="x")
    cheaper = {"kind": "markup", "workspace": workspace.id, "markup_ppm": 0}
    change = PriceChange.objects.create(what=cheaper, before={"markup": 1}, reason="x", asked_by=alice.user)
    grant(workspace_id=workspace.id, amount=10_000, key="a cent")
    given = Transfer.objects.get(key="grant:a cent")
    correction = Correction.objects.create(corrected=given, reason="x", asked_by=alice.user)
    spare = issue_api_key(workspace=workspace, created_by=alice.user, name="spare")
    payment = Payment.objects.create(workspace=workspace, purpose=Purpose.TOP_UP, amount=10_000_000)
    reversal = Reversal.objects.create(payment=payment, kind="refund", state="asked", amount=10_000, credit=10_000)
    budget = Budget.objects.create(workspace=workspace, scope="workspace", period="month", limit=10**9)
    month = now.date().replace(day=1)
    item = ReviewItem.objects.create(key="x", kind=ItemKind.UNMATCHED, provider="shortapi", month=month)
    statement = Statement.objects.create(provider="shortapi", month=month, sha256="0" * 64, name="x")
    rows = {
        "budget_id": budget.id,
        "item_id": item.id,
        "statement_id": statement.id,
        "payment_id": payment.id,
        "reversal_id": reversal.id,
        "project_id": edit.project_id,
        "shown_id": image.id,
        "image_id": image.id,
        "edit_id": edit.id,
        "attempt_id": attempt.id,
        "endpoint_id": endpoint.id,
        "delivery_id": delivery.id,
        "invitation_id": invitation.id,
        "export_id": export.id,
        "key_id": workspace.api_keys.get(name="spare").id,
        "user_id": roles[Role.VIEWER].id,
        "workspace_id": workspace.id,
        "change_id": change.id,
        "transfer_id": given.id,
        "correction_id": correction.id,
    }
    numbers = {"pk": passkey.pk, "session_id": session.pk, "alert_id": alert.pk}
    keys = {
        scope.value: issue_api_key(workspace=workspace, created_by=alice.user, terms=KeyTerms(scope, scopes=(scope,)))
        for scope in Scope
    }
    return World(
        alice=alice,
        mallory=mallory,
        roles=roles,
        removed=make_user("removed"),
        there=COMMON | rows | numbers | {"token": "not-a-token"},
        nowhere=COMMON
        | {name: new_id(str(value).partition("_")[0]) for name, value in rows.items()}
        | dict.fromkeys(numbers, MISSING_NUMBER)
        | {"token": "no-such-token"},
        keys=keys | {"spare": spare, "foreign": mallory.key},
    )
