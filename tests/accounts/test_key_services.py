"""Keys are made, renamed, rotated and revoked, and every time the audit log says so, without a secret."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import api_keys
from accounts.errors import InvalidInput, NotAllowed, NotFound
from accounts.key_terms import KeyTerms
from accounts.models import ApiKey, AuditEvent, Membership
from accounts.permissions import Role
from accounts.selectors.keys import key_of, live_key
from accounts.services.issue_api_key import issue_api_key
from accounts.services.record_audit import By
from accounts.services.rename_api_key import rename_api_key
from accounts.services.revoke_api_key import revoke_api_key
from accounts.services.rotate_api_key import rotate_api_key

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def by(person) -> By:
    return By(user_id=person.user.id, name=person.user.email, address="203.0.113.9")


def acts(person) -> list[str]:
    events = AuditEvent.objects.filter(workspace_id=person.workspace.id, user_id=person.user.id).order_by("id")
    return list(events.values_list("action", flat=True))


@pytest.fixture
def key(alice) -> str:
    terms = KeyTerms("web shop", scopes=("write",), is_test=True, allowed_ips=("203.0.113.7",), monthly_cap=5_000_000)
    return issue_api_key(workspace=alice.workspace, created_by=alice.user, terms=terms, by=by(alice))


def row(key: str) -> ApiKey:
    return ApiKey.objects.get(digest=api_keys.digest(key))


def test_of_a_key_only_its_hash_is_kept(alice, key):
    kept = json.dumps(list(ApiKey.objects.filter(id=row(key).id).values()), default=str)
    assert key not in kept
    assert key[-4:] in kept
    assert (row(key).scopes, row(key).allowed_ips, row(key).monthly_cap) == (["write"], ["203.0.113.7/32"], 5_000_000)
    assert key.startswith("pnt_test_")


def test_the_audit_log_tells_of_a_new_key_and_not_the_key(alice, key):
    event = AuditEvent.objects.get(action="api_key.issued", target=row(key).id)
    assert (event.target_name, event.actor_name, event.address) == ("web shop", "alice@example.com", "203.0.113.9")
    assert event.after["scopes"] == ["write"]
    written = json.dumps([event.before, event.after])
    assert key not in written
    assert row(key).digest not in written


def test_bad_terms_make_no_key(alice):
    before = ApiKey.objects.count(), AuditEvent.objects.count()
    with pytest.raises(InvalidInput):
        issue_api_key(workspace=alice.workspace, created_by=alice.user, terms=KeyTerms("x", scopes=()), by=by(alice))
    assert (ApiKey.objects.count(), AuditEvent.objects.count()) == before


def test_both_keys_work_while_they_overlap_and_then_the_new_one(alice, key):
    new, old = rotate_api_key(
        workspace_id=alice.workspace.id, key_id=row(key).id, created_by=alice.user, overlap=DAY, by=by(alice)
    )
    assert live_key(key) is not None
    assert live_key(new) is not None
    terms = ("name", "is_test", "scopes", "allowed_ips", "monthly_cap")
    assert [getattr(row(new), term) for term in terms] == [getattr(old, term) for term in terms]
    ApiKey.objects.filter(id=old.id).update(expires_at=timezone.now())
    assert live_key(key) is None
    assert live_key(new) is not None
    assert acts(alice) == ["api_key.issued", "api_key.rotated"]


def test_without_an_overlap_the_old_key_ends_at_once(alice, key):
    rotate_api_key(
        workspace_id=alice.workspace.id, key_id=row(key).id, created_by=None, overlap=timedelta(0), by=by(alice)
    )
    assert live_key(key) is None


def test_a_key_is_rotated_once(alice, key):
    first = {"workspace_id": alice.workspace.id, "key_id": row(key).id, "created_by": None, "by": by(alice)}
    rotate_api_key(**first, overlap=DAY)
    count = ApiKey.objects.count()
    with pytest.raises(InvalidInput, match="rotated already"):
        rotate_api_key(**first, overlap=DAY)
    with pytest.raises(InvalidInput, match="up to 30 days"):
        rotate_api_key(**first, overlap=31 * DAY)
    assert ApiKey.objects.count() == count


def test_a_revoked_key_is_refused_with_the_next_look_and_stays_so(alice, key):
    kept = row(key)
    for _ in range(2):
        revoke_api_key(workspace_id=alice.workspace.id, key_id=kept.id, by=by(alice))
        assert live_key(key) is None
    assert acts(alice) == ["api_key.issued", "api_key.revoked"]
    with pytest.raises(InvalidInput, match="has ended"):
        rotate_api_key(workspace_id=alice.workspace.id, key_id=kept.id, created_by=None, overlap=DAY, by=by(alice))


def test_a_new_name_is_recorded_and_the_same_one_is_not(alice, key):
    for name in ("  shop \n two ", "shop two"):
        rename_api_key(workspace_id=alice.workspace.id, key_id=row(key).id, name=name, by=by(alice))
    assert row(key).name == "shop two"
    event = AuditEvent.objects.get(action="api_key.renamed")
    assert (event.before, event.after) == ({"name": "web shop"}, {"name": "shop two"})


def test_mallory_reaches_no_key_of_alice(alice, mallory, key):
    kept = row(key)
    here = {"workspace_id": mallory.workspace.id, "key_id": kept.id}
    with pytest.raises(NotFound):
        revoke_api_key(**here, by=by(mallory))
    with pytest.raises(NotFound):
        rename_api_key(**here, name="mine", by=by(mallory))
    with pytest.raises(NotFound):
        rotate_api_key(**here, created_by=mallory.user, overlap=DAY, by=by(mallory))
    with pytest.raises(NotFound):
        key_of(workspace_id=mallory.workspace.id, key_id="no id\x00")
    assert live_key(key) == kept
    assert acts(mallory) == []


def test_whoever_was_demoted_a_moment_ago_makes_no_key_any_more(alice, bob, key):
    Membership.objects.filter(user=bob.user).update(role=Role.EDITOR)
    with pytest.raises(NotAllowed):
        issue_api_key(workspace=alice.workspace, created_by=bob.user, name="mine", by=by(bob))
    with pytest.raises(NotAllowed):
        rotate_api_key(
            workspace_id=alice.workspace.id, key_id=row(key).id, created_by=bob.user, overlap=DAY, by=by(bob)
        )
    Membership.objects.filter(user=bob.user).delete()
    with pytest.raises(NotFound):
        issue_api_key(workspace=alice.workspace, created_by=bob.user, name="mine", by=by(bob))
    assert acts(bob) == []
    assert row(key).successor_id is None


def test_a_key_works_until_the_grace_period_of_its_workspace_is_over(alice, key):
    alice.workspace.delete_at = timezone.now() + DAY
    alice.workspace.save(update_fields=["delete_at"])
    assert live_key(key) is not None
    alice.workspace.delete_at = timezone.now()
    alice.workspace.save(update_fields=["delete_at"])
    assert live_key(key) is None
