"""Whether an address has an account cannot be told from the work done for it: passwords are hashed as often.

Hashing is what takes the time, so it is counted here; times themselves are in docs/sign-in.md.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

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
