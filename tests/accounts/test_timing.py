"""Whether an address has an account cannot be told from the work done for it: passwords are hashed as often.

Hashing is what takes the time, so it is counted here, and so are queries and letters; times themselves are measured by
`python -m tests.bench signin`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
HASHED: list[str] = []


class CountingHasher(MD5PasswordHasher):
    """A cheap hasher that remembers how often it worked."""

    algorithm = "counting"

    def encode(self, password: str, salt: str, **more: Any) -> str:
        HASHED.append("one")
        return super().encode(password, salt, **more)


@pytest.fixture
def work(settings, alice) -> Callable[[str, dict[str, str]], int]:
    """Tell how often a password was hashed to answer a form."""
    settings.PASSWORD_HASHERS = ["tests.accounts.test_timing.CountingHasher"]
    alice.user.set_password("alice's long password")
    alice.user.save()

    def count(path: str, form: dict[str, str]) -> int:
        cache.clear()
        HASHED.clear()
        Client().post(path, form)
        return len(HASHED)

    return count


def test_signing_in(work):
    path = "/accounts/login/"
    known = work(path, {"login": "alice@example.com", "password": "wrong"})
    assert known == work(path, {"login": "nobody@example.com", "password": "wrong"}) == 1


def test_signing_up(work):
    path = "/accounts/signup/"
    known = work(path, {"email": "alice@example.com", "password1": "a long password"})
    assert known == work(path, {"email": "nobody@example.com", "password1": "a long password"}) == 1


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_asking_for_a_letter(work, path):
    assert work(path, {"email": "alice@example.com"}) == work(path, {"email": "nobody@example.com"}) == 0


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "wrong"}),
        ("/accounts/login/code/", "email", {}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_an_unknown_address_costs_as_many_queries_and_letters_but_for_one_query(alice, path, field, more):
    """Of about 30: an unknown one is looked for among the users too; for a reset a known one's addresses are read."""
    counts, letters = [], []
    for name in ("alice", "nobody"):
        cache.clear()
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as asked:
            Client().post(path, {field: f"{name}@example.com", **more})
        counts.append(len(asked))
        letters.append(len(mail.outbox))
    assert letters[0] == letters[1] == (0 if more else 1)
    assert abs(counts[0] - counts[1]) <= 1
