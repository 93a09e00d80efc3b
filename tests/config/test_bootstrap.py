"""`manage.py bootstrap` makes the first user once, however often it runs."""

import json
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, User, Workspace
from accounts.selectors.keys import live_key
from billing.models import Account, Transfer

pytestmark = pytest.mark.django_db


def bootstrap(email: str = "ada@example.com", workspace: str = "Ada's", credit: str = "25.00") -> dict[str, str | None]:
    out = StringIO()
    call_command("bootstrap", email=email, workspace=workspace, credit=credit, as_json=True, stdout=out)
    made: dict[str, str | None] = json.loads(out.getvalue())
    return made


def wallet(workspace_id: str | None) -> int:
    return Account.objects.get(kind="wallet", workspace_id=workspace_id).posted


def test_it_makes_user_workspace_credit_and_key() -> None:
    made = bootstrap()
    assert list(made) == ["workspace", "user", "api_key", "password"]
    user = authenticate(email="ada@example.com", password=made["password"])
    assert user is not None
    assert user.pk == made["user"]
    key = live_key(made["api_key"] or "")
    assert key is not None
    assert key.workspace_id == made["workspace"]
    assert wallet(made["workspace"]) == 25_000_000


def test_the_second_time_only_the_key_is_new() -> None:
    first, second = bootstrap(), bootstrap(email="ADA@example.com", workspace="Another name", credit="99.00")
    assert (second["workspace"], second["user"], second["password"]) == (first["workspace"], first["user"], None)
    assert second["api_key"] != first["api_key"]
    assert ApiKey.objects.count() == 2
    assert wallet(first["workspace"]) == 25_000_000
    assert Transfer.objects.count() == 1
    assert authenticate(email="ada@example.com", password=first["password"]) is not None


def test_without_credit_none_is_granted() -> None:
    bootstrap(credit="0.00")
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"email": "ada"}, "--email: 'ada' is not an e-mail address"),
        ({"workspace": "  "}, "--workspace: a name has 1 to 80 characters"),
        ({"workspace": "x" * 81}, "--workspace: a name has 1 to 80 characters"),
        ({"credit": "-1"}, "--credit: "),
        ({"credit": "lots"}, "--credit: "),
        ({"credit": "0.0000001"}, "--credit: "),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_made(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(CommandError, match=named):
        bootstrap(**wrong)
    assert (User.objects.count(), Workspace.objects.count(), ApiKey.objects.count()) == (0, 0, 0)


def test_staff_are_made_by_asking_for_it_and_stay_staff() -> None:
    bootstrap()
    assert not User.objects.get().is_staff
    call_command("bootstrap", email="ada@example.com", workspace="Ada's", credit="0", staff=True, stdout=StringIO())
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (True, False)
    bootstrap()
    assert User.objects.get().is_staff


def test_djangos_own_command_makes_staff_who_sign_in_by_their_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "sam's long password")
    call_command("createsuperuser", email="Sam@Example.com", interactive=False, stdout=StringIO())
    user = authenticate(email="sam@example.com", password="sam's long password")
    assert user is not None
    assert User.objects.get(pk=user.pk).is_staff
