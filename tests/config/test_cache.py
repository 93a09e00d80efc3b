"""The cache that all processes share."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.conftest import Person


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_lock_in_the_cache_is_taken_once() -> None:
    assert (cache.add("lock", 1), cache.add("lock", 1), rows()) == (True, False, 1)


def test_failed_sign_ins_are_counted_where_every_process_sees_them(alice: Person) -> None:
    window = Client()
    answers = [
        window.post("/accounts/login/", {"login": alice.user.email, "password": f"guess {number}"}).text
        for number in range(6)
    ]
    assert ["Too many tries" in answer for answer in answers] == [False] * 5 + [True]
    assert rows() > 0
    window.post("/accounts/login/", {"login": alice.user.email, "password": "alice's long password"})
    assert "_auth_user_id" not in window.session
